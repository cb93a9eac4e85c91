"""Forms of the roadmap: what was typed is checked here, rules are the services'."""
