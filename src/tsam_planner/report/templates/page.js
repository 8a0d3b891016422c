"use strict";
// Tables can be sorted by a click on a heading, and searched; nothing is asked of any server.
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const keyOf = (row, place, isNumber) => {
    const cell = row.cells[place];
    if (!isNumber) return cell.textContent.toLocaleLowerCase();
    return cell.dataset.key ? Number(cell.dataset.key) : null;
  };
  headings.forEach((heading, place) => {
    heading.querySelector("button").addEventListener("click", () => {
      const isNumber = heading.classList.contains("number");
      const first = isNumber ? "descending" : "ascending";
      const second = isNumber ? "ascending" : "descending";
      const order = heading.getAttribute("aria-sort") === first ? second : first;
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [keyOf(row, place, isNumber), row]);
      rows.sort(([one], [other]) => {
        if (one === null || other === null) return (one === null) - (other === null);
        return sign * (isNumber ? one - other : one.localeCompare(other, undefined, { numeric: true }));
      });
      body.append(...rows.map(([, row]) => row));
      headings.forEach((other) => other.setAttribute("aria-sort", "none"));
      heading.setAttribute("aria-sort", order);
    });
  });
  const search = table.closest(".table")?.querySelector("input");
  const count = table.closest(".table")?.querySelector("output");
  search?.addEventListener("input", () => {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = shown === body.rows.length ? `${shown} rows` : `${shown} of ${body.rows.length} rows`;
  });
}
// On paper everything is shown, also what is folded or left out by a search; afterwards all
// is as it was.
const unfolded = [];
const unhidden = [];
addEventListener("beforeprint", () => {
  unfolded.push(...document.querySelectorAll("details:not([open])"));
  unhidden.push(...document.querySelectorAll("tr[hidden]"));
  unfolded.forEach((part) => { part.open = true; });
  unhidden.forEach((row) => { row.hidden = false; });
});
addEventListener("afterprint", () => {
  unfolded.splice(0).forEach((part) => { part.open = false; });
  unhidden.splice(0).forEach((row) => { row.hidden = true; });
});
