/// The live page's style and script.
enum LivePageAssets {
    static let style = """
        :root { color-scheme: light dark; --text: #1b1b1b; --soft: #5a5a5a; --back: #fff; --line: #d8d8d8;
          --card: #f6f6f6; --accent: #0072b2; --alarm: #a33c00; --alarm-back: #fff1e8; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #ececec; --soft: #a8a8a8; --back: #161616; --line: #3a3a3a; --card: #1f1f1f;
            --accent: #56b4e9; --alarm: #ffb380; --alarm-back: #33200f; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--back); color: var(--text);
          font: 15px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
        h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
        h3 { font-size: 1rem; margin: 0; } p { margin: .3rem 0; }
        header p, .name, small, footer { color: var(--soft); } .name, small, footer { font-size: .8rem; }
        #connection { color: var(--alarm); font-weight: 600; }
        #blockers:not(:empty) { border-left: 4px solid var(--alarm); background: var(--alarm-back); padding: .6rem 1rem;
          margin: .8rem 0; }
        #blockers h2 { margin: 0; color: var(--alarm); } ul, ol { margin: .3rem 0; padding-left: 1.3rem; }
        article { border: 1px solid var(--line); background: var(--card); border-radius: 6px; padding: .6rem .9rem;
          margin: .5rem 0; }
        article.hand { border-color: var(--accent); } ol { color: var(--soft); list-style: none; padding: 0; }
        .phase { font-weight: 400; color: var(--soft); } .failed, .failures { color: var(--alarm); }
        progress { width: 100%; height: 1rem; accent-color: var(--accent); }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
        th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child, :is(th, td):nth-child(2) { text-align: left; } tbody th { font-weight: 400; }
        th:first-child { white-space: normal; min-width: 9rem; } thead th { color: var(--soft); font-weight: 600; }
        @media (max-width: 34rem) { :is(th, td):nth-child(n+6) { display: none; } th, td { padding: .25rem .3rem; }
          th:first-child { min-width: 6rem; } }
        small { display: block; } .trouble th, .trouble td { color: var(--alarm); font-weight: 600; }
        a { color: var(--accent); } footer { margin-top: 1.5rem; border-top: 1px solid var(--line); }

        """

    /// Asks once a second for the page, and puts in what has changed of it; text stays text, as it came.
    static let script = """
        "use strict";
        const note = document.getElementById("connection");
        let lastAnswer = Date.now();
        async function renew() {
          const patience = new AbortController();
          const timer = setTimeout(() => patience.abort(), 5000);
          try {
            const answer = await fetch("./", {cache: "no-store", signal: patience.signal});
            if (!answer.ok) throw new Error((await answer.text()).trim());
            const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const id of ["headline", "blockers", "runs", "workers"]) {
              const old = document.getElementById(id);
              const now = fresh.getElementById(id);
              if (now && old.innerHTML !== now.innerHTML) old.replaceChildren(...now.childNodes);
            }
            document.title = fresh.title;
            note.textContent = "";
            lastAnswer = Date.now();
          } catch (error) {
            const seconds = Math.round((Date.now() - lastAnswer) / 1000);
            note.textContent = "no answer for " + seconds + " s; what is shown is old";
          } finally {
            clearTimeout(timer);
            setTimeout(renew, 1000);
          }
        }
        setTimeout(renew, 1000);

        """
}
