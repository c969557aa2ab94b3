"""Where signatures are asked for: the place at which a check of them comes in."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Problem
from secguard.images.check import Images


def unchecked(images: Images) -> Iterator[Problem]:
    """Yield the images of which the policy wants a signature: none of them counts as signed."""
    told = set()
    for use in images.uses:
        if images.required(use).signed_by and use.text not in told:
            told.add(use.text)
            yield Problem(
                use.where,
                f"the policy wants a signature of '{use.text}', and signatures are not checked yet",
                "take 'signed_by' out of the policy, or check with cosign",
            )
