/* Charts: Apache ECharts, drawn as SVG from the tokens' colours. The table beside a chart is the truth; if ECharts fails the
   table stays and the chart says so.

   Use, on a page that fills {% block scripts %}{% include "partials/_charts.html" %}{% endblock %}:
     <figure class="chart" data-chart="chart-posts" aria-labelledby="h-posts"><div class="chart-box"></div></figure>
     {{ chart|json_script:"chart-posts" }}
   or data-chart-url="…" instead, for a URL that answers the same JSON:
     {
       "kind": "line" | "bar" | "rows",           rows: horizontal bars, one per label
       "labels": ["2016-01", …],                  one per place on the axis, in order
       "unit": "posts", "digits": 0,              how values are shown in tooltips and on the axis; "percent": shares from 0 to 1
       "series": [{
         "name": "Promoting", "values": [12, null, …],   null is a gap: never drawn across, never a zero
         "tone": 1 | 2 | 3,                              --series-1..3; the order by default
         "dash": true, "as": "bar"}],                    told apart by dash as well; a series may be drawn another way
       "stacked": false,
       "marks": [{"at": "2016-03", "text": "Wave 1"}],   dotted lines
       "gaps": [["2015-03", "2015-04"]],                 hatched, "no data"
       "band": {"low": [...], "high": [...], "name": "95 % interval"}   optional, around the first series
     }
   Redrawn when the theme or the size changes; no motion when the person wants less. CSP: SVG renderer, rich-text tooltip. */

import { tr } from "./words.js";

/* global echarts */
const drawn = new Map();
const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4 };

const token = (name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return plain(colour);
};

// ECharts reads rgb() only; the tokens are oklch(), and a canvas turns any colour into bytes.
function plain(colour) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`;
}

function palette() {
  const names = { ink: "--ink", soft: "--ink-soft", mute: "--ink-mute", line: "--line", control: "--line-control", raised: "--raised", surface: "--surface", band: "--band" };
  const colours = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, token(name)]));
  return { ...colours, series: [1, 2, 3].map((tone) => token(`--series-${tone}`)) };
}

// Time, and bars, run the way the page is read.
const mirrored = () => document.documentElement.dir === "rtl";
const startSide = () => (mirrored() ? "right" : "left");

// Each text on a chart is read from its own start, as on the page around it.
const aligned = (text) => (mirrored() ? `\u2067${text}\u2069` : text);

const calm = () => document.documentElement.dataset.motion === "less" || matchMedia("(prefers-reduced-motion: reduce)").matches;

function figure(data, value) {
  if (value === null || value === undefined || Number.isNaN(value)) return tr("no data");
  const digits = data.digits ?? 0;
  if (data.percent) return `${(value * 100).toFixed(digits || 1)} %`;
  return `${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}${data.unit ? ` ${data.unit}` : ""}`;
}

function tooltip(data, colours) {
  return {
    trigger: "axis",
    renderMode: "richText",
    confine: true,
    axisPointer: { type: data.kind === "line" ? "line" : "shadow", lineStyle: { color: colours.control } },
    backgroundColor: colours.raised,
    borderColor: colours.line,
    textStyle: { color: colours.ink, fontSize: 13 },
    formatter: (points) => [points[0].axisValueLabel, ...points.filter((point) => !point.seriesName.startsWith("\u0000"))
      .map((point) => `${point.seriesName}: ${figure(data, point.value)}`)].map(aligned).join("\n"),
  };
}

function axes(data, colours) {
  const label = { color: colours.soft, fontSize: 12, hideOverlap: true };
  const category = { type: "category", data: data.labels, axisLabel: { ...label, formatter: aligned }, axisLine: { lineStyle: { color: colours.control } }, axisTick: { show: false }, boundaryGap: data.kind !== "line" || data.series.some((one) => one.as === "bar") };
  const value = { type: "value", minInterval: data.digits || data.percent ? 0 : 1, axisLabel: { ...label, formatter: (number) => (data.percent ? `${Math.round(number * 100)} %` : number.toLocaleString("en")) }, splitLine: { lineStyle: { color: colours.line } } };
  return data.kind === "rows"
    ? { xAxis: { ...value, inverse: mirrored() }, yAxis: { ...category, position: startSide(), inverse: true, axisLabel: { ...label, formatter: aligned, width: 150, overflow: "truncate" } } }
    : { xAxis: { ...category, inverse: mirrored() }, yAxis: { ...value, position: startSide() } };
}

function one(data, series, index, colours) {
  const kind = series.as || (data.kind === "line" ? "line" : "bar");
  const colour = colours.series[(series.tone || (index % 3) + 1) - 1];
  const shared = { name: series.name, type: kind, data: series.values, itemStyle: { color: colour }, stack: data.stacked && kind === "bar" ? "all" : undefined };
  if (kind === "bar") return { ...shared, barMaxWidth: data.kind === "rows" ? 18 : 28, barGap: "10%" };
  return { ...shared, connectNulls: false, symbol: "circle", symbolSize: 5, showSymbol: data.labels.length < 60, lineStyle: { color: colour, width: 2.25, type: series.dash ? "dashed" : "solid" } };
}

function marks(data, colours) {
  const lines = (data.marks || []).map(({ at, text }) => ({ xAxis: at, label: { formatter: text } }));
  const isWide = ([from, to]) => data.labels.indexOf(to) - data.labels.indexOf(from) > data.labels.length / 12;
  const areas = (data.gaps || []).map((gap) => [{ xAxis: gap[0], name: isWide(gap) ? tr("no data") : "" }, { xAxis: gap[1] }]);
  return {
    markLine: lines.length ? { data: lines, symbol: "none", silent: true, lineStyle: { color: colours.mute, type: "dotted" }, label: { color: colours.soft } } : undefined,
    markArea: areas.length ? { data: areas, silent: true, itemStyle: { color: colours.line, opacity: 0.5, decal: HATCH }, label: { color: colours.soft, position: "insideBottom" } } : undefined,
  };
}

function band({ band: range, labels }, colours) {
  if (!range) return [];
  const width = labels.map((_, index) => (range.low[index] === null ? null : range.high[index] - range.low[index]));
  const shared = { type: "line", stack: "\u0000band", symbol: "none", lineStyle: { opacity: 0 }, silent: true, connectNulls: false };
  return [{ ...shared, name: "\u0000low", data: range.low }, { ...shared, name: "\u0000high", data: width, areaStyle: { color: colours.band } }];
}

function option(data, colours, label) {
  const series = data.series.map((item, index) => one(data, item, index, colours));
  if (series.length) Object.assign(series[0], marks(data, colours));
  return {
    animation: !calm(),
    animationDuration: 240,
    aria: { enabled: true, label: { description: label } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { [startSide()]: 8, [mirrored() ? "left" : "right"]: 24, top: data.marks?.length ? 28 : 12, bottom: data.series.length > 1 ? 32 : 8, containLabel: true },
    legend: data.series.length > 1 ? { bottom: 0, [startSide()]: 0, align: startSide(), formatter: aligned, itemWidth: 24, textStyle: { color: colours.soft, fontSize: 12 }, inactiveColor: colours.mute, data: data.series.map(({ name }) => name) } : undefined,
    tooltip: tooltip(data, colours),
    ...axes(data, colours),
    series: [...series, ...band(data, colours)],
  };
}

function height(data) {
  return data.kind === "rows" ? `${data.labels.length * (data.series.length > 1 ? 44 : 30) + 64}px` : "21rem";
}

/** What a screen reader hears instead of the drawing: the heading, and where the figures stand in words. */
function describe(element, data) {
  const heading = document.getElementById(element.getAttribute("aria-labelledby") || "")?.textContent.trim() || "";
  const said = { heading, names: data.series.map(({ name }) => name).join(", "), count: data.labels.length, first: data.labels[0], last: data.labels.at(-1) };
  return tr("{heading}: {names}, {count} values from {first} to {last}. The table beside it has every figure.", said);
}

async function load(element) {
  const source = document.getElementById(element.dataset.chart);
  if (source) return JSON.parse(source.textContent);
  const answer = await fetch(element.dataset.chartUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function draw(element) {
  const box = element.querySelector(".chart-box");
  try {
    const data = await load(element);
    box.style.blockSize = height(data);
    drawn.get(element)?.dispose();
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption(option(data, palette(), describe(element, data)));
    box.setAttribute("role", "img");
    drawn.set(element, chart);
  } catch {
    box.textContent = tr("The chart could not be drawn. The table has every figure.");
  }
}

/** Draw every chart on the page, anew where one stands already. */
export function drawAll() {
  for (const element of document.querySelectorAll("[data-chart], [data-chart-url]")) draw(element);
}

new ResizeObserver(() => { for (const chart of drawn.values()) chart.resize(); }).observe(document.documentElement);
document.addEventListener("prefs:change", drawAll);
document.addEventListener("htmx:afterSettle", (event) => { if (event.target.querySelector("[data-chart], [data-chart-url]")) drawAll(); });
for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) matchMedia(query).addEventListener("change", drawAll);
drawAll();
