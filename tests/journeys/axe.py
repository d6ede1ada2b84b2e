"""What a page keeps from people who do not see, hear or point as most do."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

QUICK = {"resultTypes": ["violations"], "preload": False}


def barriers(page: Page, **options: Any) -> list[str]:
    """Each fault that axe finds on the page as it is shown now: the rule and the element.

    The page keeps axe until it is left: to bring it there takes longer than to run it.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    run = "options => axe.run(document, options).then(found => found.violations)"
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in page.evaluate(run, {**QUICK, **options})]
