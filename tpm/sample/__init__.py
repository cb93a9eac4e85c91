"""The sample workspace: one product with a past, so that every screen has something to show.

Wiring: it may name every app. `loading` fills an empty workspace by the apps' own services, set
back in time; `removal` takes all of it away again and is all that a web process needs.
"""
