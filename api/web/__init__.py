"""Pages for people: server-rendered, light, and whole without scripts."""
