/// The style of a page, kept in the page itself: no font, picture or script is fetched.
enum StyleSheet {
  static let text = """
    :root{color-scheme:light dark;\(Palette.lightVariables)}
    @media (prefers-color-scheme:dark){:root{\(Palette.darkVariables)}}
    \(page)\(parts)\(charts)\(narrow)\(print)
    """

  private static let page = """
    *,*::before,*::after{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--ink);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
    font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    main{max-width:920px;margin:0 auto;padding:40px 24px 56px}
    h1{font-size:1.8rem;line-height:1.22;letter-spacing:-.012em;margin:.5rem 0 .9rem;font-weight:650}
    h2{font-size:1.16rem;margin:0 0 .8rem;font-weight:650;letter-spacing:-.005em}
    h3{font-size:.95rem;margin:1.5rem 0 .5rem;font-weight:600;color:var(--soft)}
    p{margin:0 0 .7rem;max-width:68ch}
    a{color:var(--link)}
    section{background:var(--card);border:1px solid var(--rule);border-radius:10px;
    padding:22px 26px;margin:18px 0 0}
    section{scroll-margin-top:56px}
    section>:last-child{margin-bottom:0}
    nav.sections{display:flex;flex-wrap:nowrap;justify-content:flex-start;gap:4px 18px;
    overflow-x:auto;padding:12px 2px 0;font-size:.9rem;white-space:nowrap}
    nav.sections a{color:var(--soft);text-decoration:none;padding:3px 0;
    border-bottom:2px solid transparent}
    nav.sections a:hover,nav.sections a:focus{color:var(--ink);border-color:var(--line)}
    table{border-collapse:collapse;width:100%;font-size:.94rem}
    th{text-align:left;font-weight:500;color:var(--soft);font-size:.85rem}
    th,td{padding:7px 14px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top}
    tr:last-child td{border-bottom:0}
    th:last-child,td:last-child{padding-right:0}
    td.number,th.number{text-align:right;white-space:nowrap}
    code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",
    monospace;font-size:.86em}
    code{color:var(--code-ink);overflow-wrap:anywhere}
    pre code{overflow-wrap:normal}
    pre{background:var(--code);color:var(--code-ink);border-radius:7px;padding:11px 14px;
    margin:.5rem 0 .8rem;overflow-x:auto;line-height:1.5;-webkit-user-select:all;user-select:all}
    pre code{font-size:1em}
    ul,ol{margin:0 0 .7rem;padding-left:1.3rem}
    li{margin:.2rem 0}
    footer{color:var(--soft);font-size:.86rem;margin:26px 2px 0}

    """

  private static let parts = """
    header .eyebrow{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;color:var(--soft);
    font-size:.9rem;margin:0}
    .badge{display:inline-block;border-radius:5px;padding:1px 9px 2px;font-weight:650;
    font-size:.82rem;letter-spacing:.045em;text-transform:uppercase;color:var(--badge-ink);
    background:var(--soft);white-space:nowrap}
    .badge.critical{background:var(--critical)}.badge.high{background:var(--high)}
    .badge.medium{background:var(--medium)}.badge.low{background:var(--low)}
    .level{font-weight:600;white-space:nowrap}
    .level.critical{color:var(--critical)}.level.high{color:var(--high)}
    .level.medium{color:var(--medium)}.level.low{color:var(--low)}
    .lead{font-size:1.06rem}
    .draft,.estimate{display:inline-block;border:1px dashed var(--soft);color:var(--soft);
    border-radius:4px;padding:0 6px;font-size:.76rem;line-height:1.4;vertical-align:.08em;
    margin-left:.35em}
    dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:14px 18px;
    margin:20px 0 0;padding:16px 0 0;border-top:1px solid var(--rule)}
    dl.facts dt,dl.impact dt{color:var(--soft);font-size:.85rem}
    dl.facts dd{margin:0;font-weight:550}
    dl.impact{margin:0}dl.impact dd{margin:0 0 .9rem}
    .soft{color:var(--soft)}
    ol.timeline{list-style:none;margin:0;padding:0}
    ol.timeline li{display:grid;grid-template-columns:5.4em 1em 1fr;gap:0 8px;margin:0;padding:0}
    ol.timeline time{color:var(--soft);padding:4px 0}
    ol.timeline .dot{position:relative}
    ol.timeline .dot::before{content:"";position:absolute;left:5px;top:0;bottom:0;width:1px;
    background:var(--rule)}
    ol.timeline li:first-child .dot::before{top:14px}
    ol.timeline li:last-child .dot::before{bottom:calc(100% - 14px)}
    ol.timeline .dot::after{content:"";position:absolute;left:1px;top:11px;width:9px;height:9px;
    border-radius:50%;background:var(--soft);box-shadow:0 0 0 3px var(--card)}
    ol.timeline .symptom .dot::after{background:var(--critical)}
    ol.timeline .recovery .dot::after{background:var(--good)}
    ol.timeline .change .dot::after{background:var(--change);border-radius:1px;
    transform:rotate(45deg)}
    ol.timeline .state .dot::after{background:var(--card);border:2px solid var(--ink)}
    ol.timeline .state .text{font-weight:600}
    ol.timeline .text{padding:4px 0}
    .timeline+.day,.day{margin:1rem 0 .3rem;font-weight:600;font-size:.9rem;color:var(--soft)}
    .day:first-of-type{margin-top:0}
    ol.suspects{list-style:none;padding:0;counter-reset:s}
    ol.suspects>li{counter-increment:s;display:grid;grid-template-columns:1.7em minmax(0,1fr);
    overflow-wrap:anywhere;margin:0 0 .9rem}
    ol.suspects>li::before{content:counter(s);color:var(--soft);font-weight:650}
    ol.suspects ul{margin:.15rem 0 0;color:var(--soft);font-size:.94rem}
    .bar{height:4px;border-radius:2px;background:var(--rule);margin:5px 0 4px;max-width:260px}
    .bar i{display:block;height:100%;border-radius:2px;background:var(--line)}
    ol.steps{padding-left:1.4rem}ol.steps>li{margin:0 0 .8rem}
    ol.steps b,.name{font-weight:600}
    ul.items{list-style:none;padding:0}
    ul.items>li{display:grid;grid-template-columns:1.75em minmax(0,1fr);margin:0 0 .55rem}
    ul.items .box{width:16px;height:16px;border:1.5px solid var(--soft);border-radius:4px;
    margin-top:4px;position:relative}
    ul.items .done .box{background:var(--good);border-color:var(--good)}
    ul.items .done .box::after{content:"";position:absolute;left:4px;top:.5px;width:4px;height:8px;
    border:solid var(--badge-ink);border-width:0 2px 2px 0;transform:rotate(45deg)}
    ul.items .dropped .what{text-decoration:line-through;color:var(--soft)}
    ul.proposals{list-style:none;padding:0}ul.proposals>li{margin:0 0 1rem}
    ul.proposals>li+li{border-top:1px solid var(--rule);padding-top:1rem}
    .meta{color:var(--soft);font-size:.88rem;display:block}

    """

  private static let charts = """
    figure{margin:1.4rem 0 0}
    header figure{margin-top:1.9rem}
    figure .heading{display:flex;justify-content:space-between;gap:12px;font-weight:600;
    font-size:.95rem;margin:0 0 .2rem;max-width:none}
    figure .heading span{font-weight:400;color:var(--soft)}
    svg.chart{display:block;width:100%;height:auto}
    .narrow-only{display:none}
    .chart .lane-name{fill:var(--ink);font-weight:550;font-size:12.5px}
    .chart .lane-bar{fill:var(--critical);opacity:.42}
    .chart .grade.critical{fill:var(--critical)}.chart .grade.high{fill:var(--high)}
    .chart .grade.medium{fill:var(--medium)}.chart .grade.low{fill:var(--low)}
    .chart .grade-name{fill:var(--badge-ink);font-weight:650;font-size:11px}
    .figures{display:grid;grid-template-columns:1fr 1fr;gap:10px 34px}
    .figures .wide-only{display:none}.figures .narrow-only{display:block}
    .figures figcaption{margin-left:0}
    .chart text{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
    fill:var(--soft);font-variant-numeric:tabular-nums}
    .chart .day{font-weight:650;fill:var(--ink)}
    .chart .grid{stroke:var(--rule);stroke-width:1}
    .chart .tick{stroke:var(--soft);stroke-width:1}
    .chart .band{fill:var(--band);opacity:.75}
    .chart .line{fill:none;stroke:var(--line);stroke-width:1.8;stroke-linejoin:round;
    stroke-linecap:round}
    .chart .expected{fill:none;stroke:var(--expected);stroke-width:1.2;stroke-dasharray:2 4;
    stroke-linecap:round}
    .chart .threshold{stroke:var(--threshold);stroke-width:1.3;stroke-dasharray:6 4}
    .chart .threshold-label{fill:var(--threshold)}
    .chart .alert{fill:var(--alert)}
    .chart .alert-edge{fill:var(--critical)}
    .chart .change{stroke:var(--change);stroke-width:1.2}
    .chart .change-mark,.chart .change-label{fill:var(--change)}
    .chart .peak{fill:var(--line);stroke:var(--card);stroke-width:1.5}
    .chart .peak-label{fill:var(--ink);font-weight:650;font-size:12.5px;paint-order:stroke;
    stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
    .chart .threshold-label,.chart .change-label{paint-order:stroke;stroke:var(--card);
    stroke-width:3px;stroke-linejoin:round}
    figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;color:var(--soft);font-size:.85rem;
    margin:.1rem 0 0 58px}
    svg.chart.swatch{display:inline;width:22px;height:12px;vertical-align:-1px;margin-right:6px}

    """

  private static let narrow = """
    @media (max-width:560px){
    main{padding:20px 12px 40px}h1{font-size:1.42rem}
    section{padding:16px 15px;border-radius:8px}
    dl.facts{grid-template-columns:1fr 1fr}
    .wide-only{display:none}.narrow-only{display:block}
    .figures{grid-template-columns:1fr}
    figcaption{margin-left:0}
    ol.timeline li{grid-template-columns:4.6em .9em 1fr;gap:0 6px}
    table.stack,table.stack tbody,table.stack tr,table.stack td{display:block}
    table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    table.stack tr{padding:8px 0;border-bottom:1px solid var(--rule)}
    table.stack tr:last-child{border-bottom:0}
    table.stack td{border:0;padding:1px 0;text-align:left;white-space:normal}
    table.factors td:nth-child(-n+2){display:inline-block;margin-right:8px}
    table.factors td:first-child{font-weight:600}
    table.stack td[data-name]::before{content:attr(data-name) " ";color:var(--soft)}
    }

    """

  private static let print = """
    @media print{
    :root{\(Palette.lightVariables)}
    body{background:#fff;font-size:10.5pt}main{max-width:none;padding:0}nav.sections{display:none}
    section{border:0;border-top:1px solid var(--rule);border-radius:0;padding:14px 0}
    section,figure,li,tr{break-inside:avoid}h2,h3{break-after:avoid}
    section.long{break-inside:auto}
    pre{white-space:pre-wrap;border:1px solid var(--rule)}
    .badge,.alert,.band,.bar i,.dot::after,.box{-webkit-print-color-adjust:exact;
    print-color-adjust:exact}
    }
    """
}
