/// The style of the pages: that of the reports, and what only pages have.
public enum PageStyle {
  /// The whole style sheet.
  public static var text: String { StyleSheet.text + own }

  private static let own = """
    .skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
    .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    body.live nav{display:flex;align-items:center;gap:4px 22px;flex-wrap:wrap;max-width:980px;
    margin:0 auto;padding:14px 24px 0}
    body.live nav ul{display:flex;flex-wrap:wrap;gap:2px 4px;list-style:none;margin:0;padding:0}
    body.live nav li{margin:0}
    body.live nav li a{display:block;padding:5px 11px;border-radius:7px;color:var(--soft);
    text-decoration:none}
    body.live nav li a:hover{background:var(--code);color:var(--ink)}
    body.live nav li a[aria-current]{background:var(--code);color:var(--ink);font-weight:600}
    .brand{display:flex;align-items:center;gap:7px;font-weight:700;color:var(--ink);
    text-decoration:none;letter-spacing:-.01em}
    .brand svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:2;
    stroke-linecap:round;stroke-linejoin:round}
    .link{margin-left:auto;color:var(--soft);font-size:.82rem}
    .link::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;
    background:var(--soft);margin-right:6px}
    .link.on::before{background:var(--good)}
    body.live main{max-width:980px;padding-top:26px}
    .crumb{margin:0 0 .4rem;font-size:.9rem}
    h1.state{display:flex;align-items:center;gap:12px}
    h1.state::before{content:"";width:14px;height:14px;border-radius:50%;background:var(--good);
    flex:none}
    h1.state.critical::before{background:var(--critical)}h1.state.high::before{background:var(--high)}
    h1.state.medium::before{background:var(--medium)}h1.state.low::before{background:var(--low)}
    .cards{list-style:none;margin:0;padding:0}
    .card{background:var(--card);border:1px solid var(--rule);border-left:5px solid var(--soft);
    border-radius:10px;padding:16px 22px;margin:14px 0 0}
    .card.critical{border-left-color:var(--critical)}.card.high{border-left-color:var(--high)}
    .card.medium{border-left-color:var(--medium)}.card.low{border-left-color:var(--low)}
    .card .eyebrow{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center;color:var(--soft);
    font-size:.9rem;margin:0 0 .3rem}
    .card h2{margin:0 0 .3rem}.card h2 a{color:var(--ink);text-decoration:none}
    .card h2 a:hover{text-decoration:underline}.card p{margin:0 0 .25rem}
    .overdue{color:var(--critical);font-weight:600}
    .chip{display:inline-block;border:1px solid var(--rule);border-radius:999px;padding:0 9px 1px;
    font-size:.8rem;color:var(--soft);white-space:nowrap}
    .chip.firing,.chip.failing,.chip.down,.chip.trouble{color:var(--critical);border-color:var(--critical)}
    .chip.pending{color:var(--medium);border-color:var(--medium)}
    .chip.up,.chip.well{color:var(--good);border-color:var(--good)}
    .query{text-decoration:none}.query:hover{text-decoration:underline}
    .query code{white-space:pre-wrap;overflow-wrap:anywhere;color:var(--soft)}
    table.vitals td:first-child{width:6.5em}table.vitals td:nth-child(2){width:10em}
    table.vitals td p{margin:.2rem 0 0;font-weight:400}
    table.vitals td:last-child{width:236px;color:var(--soft);font-size:.82rem}
    svg.spark{display:block;width:220px;max-width:100%;height:34px}
    table.rules td:first-child{width:6.5em}table.rules td:last-child{width:4em}
    ul.alerts{list-style:none;padding:0;margin:.4rem 0 0;font-size:.92rem}
    ul.alerts code{overflow-wrap:anywhere}
    ul.columns{columns:3 240px;list-style:none;padding:0;margin:0}
    .actions{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:0 0 4px}
    .actions form{display:flex;gap:8px;align-items:center;margin:0}
    .items form{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:0 0 8px}
    .items span{flex:1 1 320px}
    .actions .note{flex:1 1 320px}.actions .note input{flex:1;min-width:0}
    .actions label,.ask label{color:var(--soft);font-size:.88rem}
    .downloads{font-size:.88rem;display:flex;gap:10px}
    button,input,select{font:inherit;color:inherit;background:var(--card);
    border:1px solid var(--soft);border-radius:7px;padding:6px 12px}
    button{cursor:pointer;font-weight:550}button:hover{background:var(--code)}
    button.primary{background:var(--link);border-color:var(--link);color:var(--badge-ink)}
    button.primary:hover{filter:brightness(1.08)}
    :focus-visible,input:focus{outline:2px solid var(--link);outline-offset:2px}
    .ask{display:flex;flex-wrap:wrap;gap:10px;align-items:center}
    .ask #expr{flex:1 1 340px;font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;
    font-size:.92rem}
    td{overflow-wrap:anywhere}
    .problem{border:1px solid var(--critical);color:var(--critical);border-radius:8px;
    padding:9px 14px;margin:14px 0 0;max-width:none;overflow-wrap:anywhere}
    @media (max-width:560px){body.live nav{padding:10px 12px 0;gap:4px 10px}
    body.live nav ul{order:3;width:100%;justify-content:space-between}
    body.live nav li a{padding:5px 5px;font-size:.88rem}
    .card{padding:13px 15px}}

    """
}
