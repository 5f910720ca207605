/** All styles of the first paint, in order: values, ground, parts. Screens that load later bring their own. */
import './tokens.css';
import './base.css';
import './parts.css';
