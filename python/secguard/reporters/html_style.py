"""The style sheet of the HTML report: light, dark and on paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1c2330; --soft: #5b6575;
  --line: #dfe3e9; --code: #f3f5f8; --link: #0b5cad; --high: #b42318; --medium: #9a5b00;
  --low: #1f5fa8; --info: #566070; --mark: #ffe9a8; --warn: #fff6e0; }
@media (prefers-color-scheme: dark) { :root { --page: #12161d; --card: #1a202a; --text: #e4e8ee;
  --soft: #9aa6b6; --line: #2d3644; --code: #141a22; --link: #78b4f5; --high: #ff8a80;
  --medium: #f0b354; --low: #82b7f2; --info: #a5b0bf; --mark: #5c4a12; --warn: #2a2414; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: break-word;
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; letter-spacing: -.01em; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.1rem; }
h2 small { color: var(--soft); font-weight: 400; margin-left: .5rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; }
p { margin: .5rem 0; } a, summary { color: var(--link); }
code, pre { font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
header p, footer, .place { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0; }
.cards div, article, .box, table { background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
.cards dd { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.3; color: var(--grade); }
.cards .none dd { color: var(--soft); font-weight: 400; }
.cards div { padding: .75rem 1rem; } .cards dt, th { color: var(--soft); font-size: .85rem; }
article { margin: .75rem 0; padding: 1rem 1.15rem; border-left: 4px solid var(--grade); }
.high { --grade: var(--high); } .medium, .checked { --grade: var(--medium); }
.low { --grade: var(--low); } .info, .suppressed { --grade: var(--info); }
.chip { display: inline-block; min-width: 4.25rem; margin-right: .35rem; padding: 0 .55rem;
  border: 1px solid var(--grade); border-radius: 1rem; color: var(--grade); font-size: .78rem;
  line-height: 1.5; text-align: center; font-weight: 650; }
.place { font-size: .88rem; margin: .25rem 0 .6rem; }
pre { margin: .6rem 0; padding: .55rem 0; overflow-x: auto; background: var(--code);
  border: 1px solid var(--line); border-radius: 6px; }
pre span { display: inline-block; min-width: 3.25rem; padding: 0 .8rem 0 .6rem; text-align: right;
  color: var(--soft); user-select: none; }
mark { background: var(--mark); color: inherit; border-radius: 3px; padding: .1em 0;
  box-shadow: 0 1.5px 0 var(--grade, currentColor); }
.box { padding: .4rem 1.15rem; background: var(--warn); border-color: var(--medium); }
.box h2 { margin: .75rem 0 .5rem; } .box li { margin: .4rem 0; } ul, ol { padding-left: 1.3rem; }
article > :last-child, .box li > :last-child { margin-bottom: 0; }
details { margin-top: .6rem; } summary { cursor: pointer; }
table { width: 100%; border-collapse: separate; border-spacing: 0; overflow: hidden; }
th, td { padding: .45rem .8rem; text-align: left; vertical-align: top; }
td { border-top: 1px solid var(--line); } footer { margin-top: 2.5rem; font-size: .88rem; }
@media print { main { max-width: none; padding: 0; } body { background: #fff; font-size: 10pt; }
  article, .cards div, tr { break-inside: avoid; } pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; height: auto; } }
"""
