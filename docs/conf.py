"""Sphinx's settings: docs/*.md -> site/, pages that ask no other machine for anything."""

project = "rnnkit"
html_title = "rnnkit"
language = "en"

extensions = ["myst_parser"]
exclude_patterns = ["pictures"]  # a program
myst_heading_anchors = 4  # a link names a heading as GitHub does, of so many levels
highlight_language = "none"
nitpicky = True

html_theme = "furo"
html_theme_options = {"top_of_page_buttons": []}  # they lead to a source on the network
html_static_path = ["static"]
html_css_files = ["rnnkit.css"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
