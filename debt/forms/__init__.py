"""Forms of debt: what was typed is checked here, rules are the services'."""
