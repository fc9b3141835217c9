/** A style sheet imported for its effect: the bundler puts it beside the script. */
declare module '*.css';
