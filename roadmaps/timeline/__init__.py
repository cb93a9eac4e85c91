"""The roadmap as a timeline: an address, a layout, and one function for each layer of the drawing.

`address` reads and writes the query string, `lanes` puts rows under each other, `scale` turns days
into pixels; `bars`, `arrows`, `backdrop` and `capacity` draw; `rows` writes one row; `page` reads.
"""
