"use strict";
// The explorer's libraries look here for the nonce of the styles that they make.
window.__webpack_nonce__ = document.currentScript.nonce;
// Queries may hold a person's position, so they live in memory and go with the page.
const kept = new Map();
const storage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => { kept.set(key, value); },
  removeItem: (key) => { kept.delete(key); },
  clear: () => { kept.clear(); },
  get length() { return kept.size; },
};
const defaultQuery = `# Open now, near a point, with the ways in and what to ask.
query {
  search(input: {near: "Denver, CO", open: "now", limit: 5}) {
    fits { name organization open { state until zone } distance { metres precision } police { label statedOn } access { label number url } }
    mightFit { name ask }
    hidden { label count }
  }
}
`;
ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(GraphiQL, { fetcher: GraphiQL.createFetcher({ url: "/graphql" }), defaultQuery, storage }),
);
