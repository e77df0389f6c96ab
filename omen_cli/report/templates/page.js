"use strict";
(() => {
  const words = new Intl.Collator(collation(), { numeric: true, sensitivity: "base" });

  function collation() {
    const asked = document.documentElement.dataset.sorting;
    try {
      return Intl.Collator.supportedLocalesOf([asked]);
    } catch {
      return [];
    }
  }

  function valueOf(row, column) {
    const cell = row.cells[column];
    if (column === 0 || cell.classList.contains("t")) return cell.dataset.value ?? cell.textContent;
    const text = cell.dataset.value ?? cell.textContent.split(" ")[0];
    const number = Number(text);
    if (text === "" || text === "–") return "";
    return Number.isNaN(number) ? text : number;
  }

  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return words.compare(String(one), String(other));
  }

  function sort(table, header, column) {
    const isNumber = !header.classList.contains("t") && column > 0;
    const before = header.getAttribute("aria-sort");
    const goesUp = before === null ? !isNumber : before === "descending";
    const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, column), row]);
    const known = rows.filter(([value]) => value !== "");
    const unknown = rows.filter(([value]) => value === "");
    known.sort((one, other) => (goesUp ? 1 : -1) * compare(one[0], other[0]));
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", goesUp ? "ascending" : "descending");
    table.tBodies[0].append(...[...known, ...unknown].map(([, row]) => row));
  }

  for (const table of document.querySelectorAll("table[data-sorted]")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header, column));
      header.append(button);
    });
  }

  for (const table of document.querySelectorAll("table[data-filtered]")) {
    const rows = [...table.tBodies[0].rows].map((row) => [
      row, [...row.cells].filter((cell) => cell.matches("th, .t")).map((cell) => cell.textContent).join(" ").toLowerCase(),
    ]);
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    input.type = "search";
    input.id = `${table.id}-filter`;
    label.htmlFor = count.htmlFor = input.id;
    label.textContent = "Show only rows with";
    count.textContent = `${rows.length} rows`;
    input.addEventListener("input", () => {
      const asked = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [row, text] of rows) {
        row.hidden = !asked.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = asked.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    });
    const line = document.createElement("div");
    line.className = "filter";
    line.append(label, input, count);
    table.parentElement.before(line);
  }
})();
