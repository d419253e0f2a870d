/// The script of the pages: brings in what is new while somebody looks, and nothing else.
public enum PageScript {
  /// The whole script.
  ///
  /// On an event the page is fetched again and its main part takes the place of the old one, unless
  /// somebody is typing in it.
  public static let text = """
    "use strict";
    const link = document.getElementById("link");
    const kinds = ["opened", "severity", "updated", "resolved", "reopened"].map(k => "incident." + k)
      .concat(["alert.pending", "alert.firing", "alert.resolved", "change"]);
    let due = 0;

    function isTyping() {
      const at = document.activeElement;
      return at && at.matches("input, select, textarea") && at.closest("main") && at.value !== "";
    }

    async function refresh() {
      due = 0;
      if (isTyping() || location.pathname === "/explore") return;
      const answer = await fetch(location.href, {headers: {accept: "text/html"}});
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = fresh.querySelector("main");
      if (!main || isTyping()) return;
      document.querySelector("main").replaceWith(main);
      document.title = fresh.title;
      const icon = fresh.querySelector("link[rel=icon]");
      if (icon) document.querySelector("link[rel=icon]").href = icon.href;
      localTimes();
    }

    function localTimes() {
      const form = new Intl.DateTimeFormat(undefined, {dateStyle: "medium", timeStyle: "medium"});
      for (const time of document.querySelectorAll("main time[datetime]")) {
        const moment = new Date(time.dateTime);
        if (!isNaN(moment)) time.title = form.format(moment) + " here";
      }
    }

    const events = new EventSource("/api/v1/events");
    events.onopen = () => { link.textContent = "live"; link.classList.add("on"); };
    events.onerror = () => { link.textContent = "not live"; link.classList.remove("on"); };
    for (const kind of kinds) {
      events.addEventListener(kind, () => { if (!due) due = setTimeout(refresh, 300); });
    }
    localTimes();

    """
}
