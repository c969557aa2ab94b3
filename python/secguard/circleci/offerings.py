"""The machine images and Xcode versions that CircleCI offers, by family.

Written by `tools/refresh_offerings.py`; do not edit.
"""

from __future__ import annotations

DATE = "2026-10-15"
"""The day of the catalog."""

OFFERED = """\
android 2024.11.1 2025.10.1 2026.05.1
linux-cuda-12 default edge
linux-cuda-13 default edge
ubuntu-2204 current edge 2024.11.1 2025.09.1 2026.05.1
ubuntu-2404 current edge 2024.05.1 2024.08.1 2024.11.1 2025.09.1 2026.05.1
ubuntu-2604 current edge 2026.05.1
windows-server-2022-cuda current edge
windows-server-2022-gui current edge 2024.12.1 2025.10.1 2026.05.1
windows-server-2025-cuda current edge
windows-server-2025-gui current edge 2025.10.1 2026.05.1
xcode 15.4.0 16.4.0 26.4.1 26.5 26.6 27.0 27.1 27.2
"""

DEPRECATED = """\
"""
"""Still offered, and announced to go."""
