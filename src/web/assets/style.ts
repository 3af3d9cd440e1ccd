/**
 * The style sheet of the monitor's page: that of reports, and what only this page has. Calm at a glance: one column on a
 * phone, cards beside each other where there is room, colour only where something is wrong.
 */
import { STYLE as REPORT_STYLE } from '../../report/html/style.ts';

const PHONE_PX = 640;

export const STYLE: string = `${REPORT_STYLE}
main,header,footer{max-width:72rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.5rem;padding-top:1rem}
.brand{font-weight:600;margin:0}
.brand a,.card h2 a{text-decoration:none}
.brand a:hover,.card h2 a:hover{text-decoration:underline}
header nav ul{margin:0}
[aria-current]{font-weight:600;text-decoration-thickness:2px;text-decoration-color:currentColor}
main:focus{outline:none}
h1{margin:1.25rem 0 .25rem;overflow-wrap:anywhere}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--series-1);outline-offset:2px;border-radius:.15rem}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem;z-index:2}
.byline{overflow-wrap:anywhere}
.cards{list-style:none;padding:0;margin:1rem 0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:.75rem}
.cards li{display:flex}
.card{flex:1;min-width:0;border:1px solid var(--grid);border-radius:.5rem;background:var(--raised);padding:.75rem .9rem;border-top:3px solid var(--grid)}
.card.down{border-color:var(--warning)}
.card:focus-within{border-color:var(--series-1)}
.card h2{font-size:1.05rem;margin:0;padding:0;border:0;overflow-wrap:anywhere}
.card p{margin:.2rem 0;font-size:.85rem;color:var(--faint);overflow-wrap:anywhere}
p.state{margin:.15rem 0;font-size:.95rem;color:var(--faint)}
.card p.state{font-size:.9rem}
.state.up span{color:var(--series-3)}
p.state.down{color:var(--warning);font-weight:600}
.card p.doubted{color:var(--warning)}
.card .change{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.two{display:flex;gap:1.5rem;margin:.4rem 0}
.two dt{font-size:.8rem;color:var(--faint)}
.two dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums;white-space:nowrap}
.spark{display:block;width:100%;height:2.5rem;margin:.25rem 0}
.spark path{fill:none;stroke:var(--series-1);stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.spark .lost{fill:var(--warning);opacity:.45}
.tiles{grid-template-columns:repeat(auto-fit,minmax(min(11rem,45%),1fr))}
.tiles div:last-child:nth-child(n){grid-column:auto}
.neighbours{display:flex;justify-content:space-between;gap:1rem;font-size:.9rem;overflow-wrap:anywhere}
.neighbours a{min-width:0}
.chooser{margin:.5rem 0}
.chooser form{display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:center;font-size:.9rem;margin:.5rem 0}
.zooms{list-style:none;padding:0;display:flex;gap:.5rem}
.zooms a{display:block;padding:.3rem .8rem;border:1px solid var(--band);border-radius:1rem;text-decoration:none}
.zooms a[aria-current]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
button,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--faint);border-radius:.3rem;padding:.25rem .5rem;max-width:100%}
input[type=checkbox]{accent-color:var(--series-1)}
button{background:var(--raised);cursor:pointer}
.login label{display:block;margin:.75rem 0}
.advice{border-left:4px solid var(--warning);padding:.3rem .75rem;background:var(--raised)}
.links{font-size:.9rem}
.chart{border-top:1px solid var(--grid);padding-top:.5rem;margin-top:1rem}
.chart figure{margin:.5rem 0;position:relative}
.chart figure>div{touch-action:pan-y}
.chart svg{user-select:none;-webkit-user-select:none}
.chart details{margin:.25rem 0}
.chart summary{font-size:.9rem;color:var(--faint);width:fit-content}
.zoomable svg{cursor:col-resize}
.drag{position:absolute;top:0;bottom:0;background:var(--series-1);opacity:.2;pointer-events:none}
.events .kind{min-width:0;font-weight:600}
.events .kind.bad{color:var(--warning)}
.events .who{min-width:0}
.events td{overflow-wrap:anywhere}
dialog{background:var(--paper);color:var(--ink);border:1px solid var(--band);border-radius:.5rem;max-width:24rem;padding:1rem 1.25rem}
dialog::backdrop{background:rgb(0 0 0/.4)}
dialog h2{margin:0 0 .5rem;padding:0;border:0}
.keys div{display:flex;gap:.75rem;margin:.2rem 0}
.keys dt{min-width:4rem}
.keys dd{margin:0}
kbd{font:inherit;border:1px solid var(--band);border-radius:.25rem;padding:0 .4rem;background:var(--raised)}
#link::before{content:""}
#link[data-state=live]::before{content:" · live"}
#link[data-state=lost]::before{content:" · connection lost, trying again";color:var(--warning)}
@media (max-width:${PHONE_PX}px){h1{font-size:1.35rem}.chooser label{flex:1 1 100%}.events th,.events td{display:block;border:0;padding:.1rem .75rem}.events thead{display:none}.events tbody tr{display:block;border-top:1px solid var(--grid);padding:.3rem 0}}
@media print{.chooser form,.neighbours,.links,.skip,header nav,#link,details:not([open]){display:none}.cards{grid-template-columns:1fr 1fr}.card{break-inside:avoid}}
`;
