/**
 * The style sheet of a page: readable on a phone, in light and dark, and on paper. Each drawing is there twice, wide
 * and narrow, since letters that are scaled down to a phone cannot be read. A table that is wider than its box says so:
 * the line under its caption is as high as the one exceeds the other, and no higher than a line.
 * On paper two short tables that are narrow stand side by side: a line of text to the browser, which may stand alone.
 */
import { declarations } from '../charts/theme.ts';

/** Below this the narrow drawings are shown, px. */
const NARROW_PX = 640;

/** A longer table must be able to go on on the next page. */
const SHORT_ROWS = 12;

export const STYLE: string = `
:root{color-scheme:light dark;${declarations('light')}}
@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%;overflow-wrap:break-word}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--grid)}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
p,ul,dl{margin:.5rem 0}
ul{padding-left:1.25rem}
a{color:inherit;text-decoration-color:var(--faint);text-underline-offset:.15em}
.byline,figcaption,footer{color:var(--faint);font-size:.9rem}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem}
figure{margin:1.5rem 0}
figure h3{margin-top:0}
figure svg{display:block;width:100%;height:auto}
figure svg text{font-family:inherit!important}
.narrow{display:none}
.scroll{container-type:inline-size;overflow-x:auto;background:linear-gradient(90deg,var(--paper) 30%,transparent),linear-gradient(270deg,var(--paper) 30%,transparent) 100% 0,linear-gradient(90deg,var(--faint),transparent),linear-gradient(270deg,var(--faint),transparent) 100% 0;background-size:2.5rem 100%,2.5rem 100%,.6rem 100%,.6rem 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll;margin:.75rem 0 1.25rem;border:1px solid var(--grid);border-radius:.5rem}
.legend{color:var(--faint);font-size:.9rem;margin-top:-.75rem}
.scroll:focus-visible{outline:2px solid var(--series-1);outline-offset:2px}
table{border-collapse:collapse;min-width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{caption-side:top;text-align:left;padding:.5rem .75rem;color:var(--faint)}
caption span,caption::after{display:block;position:sticky;left:.75rem;width:fit-content;max-width:calc(100cqi - 1.5rem)}
caption::after{content:"wider than the page: scroll sideways";content:"wider than the page: scroll sideways"/"";height:0;padding-bottom:clamp(0px,calc((100% - 100cqi + 1.5rem - 1px)*1000),1.6em);overflow:hidden;font-style:italic}
th,td{padding:.35rem .75rem;text-align:left;vertical-align:top;border-top:1px solid var(--grid)}
thead th{background:var(--raised);font-weight:600;white-space:nowrap}
tbody th{font-weight:500;white-space:nowrap}
.figures th:not(:first-child),.figures td{text-align:right;white-space:nowrap}
.figures .word:not(:first-child){text-align:left;white-space:normal}
.words td{min-width:9rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:.75rem;margin:1rem 0}
.tiles div{border:1px solid var(--grid);border-radius:.5rem;padding:.6rem .8rem;background:var(--raised)}
.tiles dt{font-size:.85rem;color:var(--faint)}
.tiles div:last-child:nth-child(n+4){grid-column:1/-1}
.tiles dd{margin:0}
.tiles .value{font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .detail{font-size:.85rem;color:var(--faint)}
.verdicts{list-style:none;padding:0}
.verdicts li{margin:.35rem 0}
.verdicts strong{display:inline-block;min-width:4.25rem}
.verdicts .bad,.verdicts .doubt-word{color:var(--warning)}
.verdicts .good,.verdicts .faint{color:var(--faint)}
.verdicts pre{overflow-x:auto;background:var(--raised);padding:.5rem .75rem;border-radius:.5rem;font-size:.85rem;line-height:1.4;margin:.25rem 0 .75rem 4.25rem}
@media (max-width:30rem){.verdicts pre{margin-left:0}}
.doubt{border-left:4px solid var(--warning);background:var(--raised);padding:.6rem .9rem;margin:.75rem 0;border-radius:0 .5rem .5rem 0}
.doubt p,.doubt ul{margin:.15rem 0}
.doubt .code{color:var(--warning);font-weight:600}
.doubt details{margin:.25rem 0}
summary{cursor:pointer}
.evidence{color:var(--faint);font-size:.9rem}
.definitions dt{font-weight:600;margin-top:.75rem}
.definitions dd{margin:.1rem 0 0}
footer{margin-top:2rem;padding-bottom:2rem}
@media (max-width:${NARROW_PX}px){.wide{display:none}.narrow{display:block}.tiles{grid-template-columns:1fr 1fr;gap:.5rem}.tiles div:last-child:nth-child(even){grid-column:auto}.tiles .value{font-size:1.15rem}h1{font-size:1.4rem}}
@media print{:root{${declarations('light')}}html{font-size:10pt}nav,summary,caption::after{display:none}::details-content{content-visibility:visible;display:block;block-size:auto;opacity:1}.wide{display:block}.narrow{display:none}main,header,footer{max-width:none}h2,h3{break-after:avoid}section{orphans:1;widows:1}p,li{orphans:2;widows:2}figure,.tiles div,.doubt,tr,.scroll{break-inside:avoid}thead{display:table-header-group}.scroll{container-type:normal;overflow:visible;border:0;background:none}.scroll:not(:has(tr:nth-child(${SHORT_ROWS + 1}))){display:inline-block;vertical-align:top;min-width:calc(50% - 1.5rem);max-width:100%;margin-right:1rem}table{font-size:.8rem;min-width:0}th,td{padding:.15rem .3rem}thead th,.figures th:not(:first-child),.figures td{white-space:normal}}
`.trim();
