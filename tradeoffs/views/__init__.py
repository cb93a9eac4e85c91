"""The browser: find, check the form, call the service, answer."""
