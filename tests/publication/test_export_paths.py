"""In which file a page of the static copy stands."""

from publication.site.export.paths import Paths


def test_a_file_that_ends_in_html_keeps_its_name() -> None:
    paths = Paths()
    assert paths.file("/bericht/2.html") == "bericht/2.html"
    assert paths.file("/bericht/2") not in {"bericht/2.html", "bericht/2.html.html"}
