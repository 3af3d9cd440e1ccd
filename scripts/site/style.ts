/**
 * The style sheet of the site: that of reports, so that a report and the document about it look alike, and what only the
 * site has around them. One column on a phone; the menu beside it and the table of contents where there is room.
 */
import { declarations } from '../../src/report/charts/theme.ts';
import { STYLE as REPORT_STYLE } from '../../src/report/html/style.ts';

/** From here on the menu stands beside the text, px. */
const WIDE_PX = 900;
/** From here on the table of contents does, too, px. */
export const WIDEST_PX = 1_400;

export const STYLE: string = `${REPORT_STYLE}
:root[data-theme=light]{color-scheme:light;${declarations('light')}}
:root[data-theme=dark]{color-scheme:dark;${declarations('dark')}}
html{scroll-padding-top:4.5rem}
main,header,footer{max-width:none;margin:0;padding:0}
.unseen,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:absolute;left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem;z-index:3}
:focus-visible{outline:2px solid var(--series-1);outline-offset:2px;border-radius:.15rem}
header{position:sticky;top:0;z-index:2;display:flex;align-items:center;gap:.5rem 1rem;padding:.5rem 1rem;background:var(--paper);border-bottom:1px solid var(--grid)}
.brand{font-weight:600;margin:0 auto 0 0;white-space:nowrap}
.brand a{text-decoration:none}
.brand span{color:var(--faint);font-weight:400;font-size:.9rem}
button,input{font:inherit;font-size:.9rem;color:inherit;background:var(--raised);border:1px solid var(--faint);border-radius:.3rem;padding:.25rem .6rem;max-width:100%;min-height:2rem}
button{cursor:pointer;white-space:nowrap}
.search{position:relative;flex:0 1 16rem;min-width:5rem}
.search[hidden],button[hidden]{display:none}
.search input{width:100%;background:var(--paper)}
.found{position:absolute;right:0;top:calc(100% + .5rem);width:min(34rem,calc(100vw - 2rem));max-height:70vh;overflow-y:auto;margin:0;padding:.5rem;background:var(--paper);border:1px solid var(--band);border-radius:.5rem;box-shadow:0 .5rem 1.5rem #0003;z-index:3}
.found[hidden]{display:none}
.found p{margin:.25rem .5rem;color:var(--faint);font-size:.9rem}
.found ul{list-style:none;margin:0;padding:0}
.found a{display:block;padding:.4rem .5rem;text-decoration:none;border-radius:.3rem}
.found a:is(:hover,:focus){background:var(--raised)}
.found b{display:block;overflow-wrap:anywhere}
.found small{display:block;color:var(--faint);font-size:.85rem;overflow-wrap:anywhere}
.columns{display:block;padding:0 1rem}
.menu ul,.contents ul{display:block;list-style:none;padding:0;margin:.25rem 0 1rem;font-size:.9rem}
.menu a,.contents a{display:block;padding:.2rem 0;text-decoration:none}
.menu a:hover,.contents a:hover{text-decoration:underline}
.menu p{margin:0;color:var(--faint);font-size:.85rem}
[aria-current]{font-weight:600;text-decoration:underline!important;text-decoration-color:var(--series-1)!important;text-decoration-thickness:2px!important}
.menu:popover-open{position:fixed;inset:0 0 0 auto;width:min(20rem,85vw);height:100dvh;margin:0;padding:1rem 1.25rem;overflow-y:auto;color:inherit;background:var(--paper);border:0;border-left:1px solid var(--band)}
.menu::backdrop{background:#0006}
main{max-width:60rem;min-width:0;margin:0 auto;padding:1.25rem 0 3rem}
main:focus{outline:none}
h4{font-size:1rem;margin:1.25rem 0 .5rem}
h1,h2,h3,h4{overflow-wrap:anywhere}
.anchor{color:var(--faint);text-decoration:none;font-weight:400;opacity:0}
:is(h2,h3,h4):hover .anchor,.anchor:focus{opacity:1}
main a{text-decoration-color:var(--series-1)}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
:not(pre)>code{background:var(--raised);border-radius:.25rem;padding:.1em .25em;overflow-wrap:anywhere}
.whole{white-space:nowrap}
.code{position:relative;margin:.75rem 0 1.25rem}
.code pre{overflow-x:auto;margin:0;padding:.75rem .9rem;background:var(--raised);border:1px solid var(--grid);border-radius:.5rem;font-size:.95rem;line-height:1.4}
.typed{font-weight:600}
.prompt,.remark{color:var(--faint);font-style:normal}
.prompt{user-select:none;-webkit-user-select:none}
.copy{position:absolute;right:.4rem;top:.4rem;font-size:.8rem;min-height:1.6rem;padding:.1rem .5rem;opacity:0}
.code:hover .copy,.copy:focus{opacity:1}
@media (hover:none){.copy{opacity:1}}
main img{display:block;max-width:100%;height:auto;margin:1rem 0;background:#fff;border:1px solid var(--grid);border-radius:.5rem}
caption{padding:0 .75rem}
td:first-child code{white-space:nowrap}
td:nth-child(2){min-width:6rem}
.right{text-align:right}
.scroll{margin:.75rem 0 1.25rem}
.contents{margin:1rem 0;font-size:.9rem}
.contents details{border:1px solid var(--grid);border-radius:.5rem;padding:.4rem .8rem}
.contents .inner{padding-left:.9rem}
.turn{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.75rem;margin-top:3rem;padding-top:1rem;border-top:1px solid var(--grid)}
.turn small{display:block;color:var(--faint)}
.turn .next{text-align:right;margin-left:auto}
footer{padding:1rem;border-top:1px solid var(--grid);text-align:center}
.cards{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:.75rem}
.cards li{border:1px solid var(--grid);border-radius:.5rem;background:var(--raised);padding:.75rem .9rem}
.cards h3{margin:0}
.cards p{margin:.35rem 0 0;font-size:.9rem}
@media (max-width:${WIDE_PX - 1}px){.brand span{display:none}.found{position:fixed;inset:3.6rem 1rem auto;width:auto}.code pre{font-size:.85rem}td:first-child code{white-space:normal}td:nth-child(2){min-width:9rem}}
@media (min-width:${WIDE_PX}px){
.columns{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:0 2.5rem;max-width:92rem;margin:0 auto}
#open-menu{display:none}
.menu{position:sticky;display:block;inset:auto;top:3.6rem;width:auto;height:fit-content;max-height:calc(100dvh - 3.6rem);overflow-y:auto;margin:0;padding:1.25rem .25rem 1rem;border:0;color:inherit;background:none}
.contents{grid-column:2;grid-row:1;margin:1.25rem 0 0;max-width:60rem;width:100%;justify-self:center}
main{grid-column:2;grid-row:2;width:100%}
.menu{grid-row:1/3}
}
@media (min-width:${WIDEST_PX}px){
.columns{grid-template-columns:13rem minmax(0,1fr) 14rem}
.contents{grid-column:3;grid-row:1/3;position:sticky;top:3.6rem;height:fit-content;max-height:calc(100dvh - 3.6rem);overflow-y:auto;margin:0;padding:1.25rem 0}
.contents details{border:0;padding:0}
main{grid-row:1}
.menu{grid-row:1}
}
@media print{:root[data-theme]{color-scheme:light;${declarations('light')}}header,.menu,.contents,.turn,.copy,.anchor,.skip{display:none!important}.columns{display:block;padding:0}main{max-width:none;padding:0}.code pre{white-space:pre-wrap;overflow:visible;break-inside:avoid;font-size:8pt}.code{break-inside:avoid-page}td:first-child code{white-space:normal}}
`.trim();
