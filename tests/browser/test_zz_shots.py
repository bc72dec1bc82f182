import pytest
from tests.browser.test_back_office import *
from tests.browser.conftest import *
@pytest.mark.browser
def test_shots(cast, recommendation, link, open_page, sign_in):
    for name, vp in (("1280",DESK),("320",PHONE)):
        page = sign_in(open_page(viewport=vp), cast.coordinator)
        for a in ("/einladungen/","/post/","/einladungen/neu/","/verwaltung/","/verwaltung/offices/person/"):
            page.goto(a)
            n="_".join(a.strip("/").split("/"))
            page.screenshot(path=f"/tmp/plan/offices/s{name}-{n}.png", full_page=True)
            print(a, findings(page))
