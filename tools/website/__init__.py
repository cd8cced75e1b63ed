"""The course as a website: its explorers recorded, its notebooks as pages, all of it static."""
