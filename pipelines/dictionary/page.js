const find = document.getElementById("find");
const rows = [...document.querySelectorAll("tbody tr")].map((row) => {
  const section = row.closest("section");
  const title = section.querySelector("h3");
  return { row, section, text: ((title ? title.textContent : "") + row.textContent).toLowerCase() };
});

function search() {
  const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set();
  let count = 0;
  for (const each of rows) {
    const has = words.every((word) => each.text.includes(word));
    each.row.hidden = !has;
    if (has) { shown.add(each.section); count += 1; }
  }
  for (const section of document.querySelectorAll("section")) section.hidden = !shown.has(section);
  document.getElementById("tables").hidden = !document.querySelector("section.table:not([hidden])");
  document.getElementById("none").hidden = count > 0;
  document.getElementById("count").textContent = words.length ? SAY.replace("#", count) : "";
}

find.addEventListener("input", search);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link && find.value) { find.value = ""; search(); }
});
