/** What a browser sees until the app is here. Plain: the headers allow no inline style, and a page this small needs none. */
export const START_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ZeusDrive Shared Compute</title>
<link rel="icon" href="data:,">
<h1>ZeusDrive Shared Compute</h1>
<p>The server runs. It takes requests, has them computed, checks every result and keeps the books.</p>
<ul>
<li><a href="/api/health">Health</a></li>
<li><a href="/api/openapi.json">The API, as an OpenAPI document</a></li>
</ul>
<p>On the command line: <code>npm run zeus -- help</code></p>
</html>
`;
