// The playground's own script. The token is kept in this tab's session storage and sent nowhere but to /graphql.
"use strict";

(() => {
  const french = navigator.language.toLowerCase().startsWith("fr");
  const say = (english, inFrench) => (french ? inFrench : english);
  document.documentElement.lang = french ? "fr" : "en";
  document.querySelectorAll("[data-en]").forEach((element) => {
    element.textContent = french ? element.dataset.fr : element.dataset.en;
  });

  const token = document.getElementById("token");
  const tokenState = document.getElementById("token-state");
  const bearer = () => token.value.trim().replace(/^Bearer\s+/i, "");
  const showToken = () => {
    tokenState.textContent = bearer()
      ? say("sent with every query", "envoyé avec chaque requête")
      : say("none: you see what the public sees", "aucun : vous voyez ce que voit le public");
  };
  token.value = sessionStorage.getItem("faisceau.token") ?? "";
  token.addEventListener("input", () => {
    sessionStorage.setItem("faisceau.token", bearer());
    showToken();
  });
  showToken();

  const fetcher = async (parameters) => {
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      "Accept-Language": french ? "fr" : "en",
    };
    if (bearer()) headers.Authorization = `Bearer ${bearer()}`;
    const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(parameters) });
    return response.json();
  };

  // GraphiQL keeps queries here; in memory only, since a query may hold what should not stay on this machine.
  const kept = new Map();
  const storage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
    clear: () => kept.clear(),
    get length() {
      return kept.size;
    },
  };

  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  let shown = 0;
  const show = (query) => {
    shown += 1;
    kept.clear();
    root.render(
      React.createElement(GraphiQL, { key: shown, fetcher, storage, defaultQuery: query, shouldPersistHeaders: false }),
    );
  };

  const examples = document.getElementById("examples");
  fetch("/playground/examples.json")
    .then((response) => response.json())
    .then((list) => {
      list.forEach((example, at) => {
        examples.add(new Option(french ? example.title_fr : example.title_en, String(at)));
      });
      examples.addEventListener("change", () => {
        if (examples.value) show(list[Number(examples.value)].query);
      });
      show(list.length ? list[0].query : "{ __typename }\n");
    })
    .catch(() => show("{ __typename }\n"));
})();
