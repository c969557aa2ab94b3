"""Measuring replaces its own part of the page and nothing else."""

from __future__ import annotations

from tools.bench import config_of, times_of, with_section, with_sections_of_others

SECTION = "<!-- begin: other -->\n\n## Other\n<!-- end: other -->\n"


def test_sections_of_others_stay() -> None:
    page = with_sections_of_others("# New\n", f"# Old\n\n{SECTION}")
    assert page == f"# New\n\n{SECTION}"
    assert with_sections_of_others("# Newer\n", page) == f"# Newer\n\n{SECTION}"
    assert with_sections_of_others("# New\n", "# Old\n") == "# New\n"


def test_times_can_stay_where_only_sizes_are_measured() -> None:
    times = "## Steps of a job\n\n| step | ms |\n"
    assert times_of(f"# Page\n\n## Size\n\n{times}\n{SECTION}") == times
    assert times_of(f"# Page\n\n{times}") == times


def test_configs_have_about_the_size_that_was_asked_for() -> None:
    for size in (10, 50):
        assert size * 1000 < len(config_of(size)) < size * 1000 * 1.2


def test_a_section_replaces_the_one_of_its_name_or_comes_last() -> None:
    page = with_section("# Page\n", "a", "one\n")
    assert page == "# Page\n\n<!-- begin: a -->\none\n<!-- end: a -->\n"
    page = with_section(page, "b", "two\n")
    again = with_section(page, "a", "three\n")
    assert again == page.replace("one", "three")
