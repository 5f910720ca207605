/** All styles of the first paint, in order: values, ground, parts, what the window and the system change. Screens that load later bring their own. */
import './tokens.css';
import './base.css';
import './parts.css';
import './landscape.css';
import './forced-colors.css';
