"""Ways to look at a page, and what may be wrong with it in any of them."""

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# Style sheets are not fetched once more for the one rule that reads them (no style here turns with the screen).
EVERYTHING = {"resultTypes": ["violations"], "preload": False}
# A page differs between light and dark by its colours alone: looking at the rest twice is time lost.
COLOURS = EVERYTHING | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
VIEWS = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]


def in_every_view(page) -> Iterator[tuple[dict, str]]:
    """Show the page wide and at 360 px, in light and dark, one after the other."""
    for size, scheme in VIEWS:
        page.set_viewport_size(size)
        # Without motion, or axe measures colours half-way through a transition.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # The next page may just be on its way, and then there is no element yet.
        page.wait_for_function("scheme => document.documentElement?.dataset.bsTheme === scheme", arg=scheme)
        yield size, scheme
    page.set_viewport_size(WIDE)


def offences(page) -> list[str]:
    """What axe finds, whether the page is wider than its window, and whether it has one first heading."""
    dark = page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations)", COLOURS if dark else EVERYTHING
    )
    found = [
        f"{violation['id']} ({violation['help']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for violation in violations
        for node in violation["nodes"][:3]
    ]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if too_wide > 0:
        found.append(f"sticks out by {too_wide} px")
    if page.locator("h1").count() != 1:
        found.append(f"has {page.locator('h1').count()} first headings")
    return found
