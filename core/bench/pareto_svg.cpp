#include "core/bench/pareto_svg.h"

#include "core/bench/bench_jobs.h"
#include "core/bench/bench_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

namespace lorashear {

namespace {

constexpr double kWidth = 820, kPanel = 420, kLeft = 70, kRight = 220, kTop = 40, kBottom = 50;
constexpr int kTicks = 5;
constexpr const char* kColours[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e",
                                    "#8c564b", "#e377c2", "#17becf", "#bcbd22", "#7f7f7f"};

std::string svgNumber(double value) {
    char text[48];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string axisNumber(double value) {
    char text[48];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string escapedXml(const std::string& text) {
    std::string result;
    for (const char c : text)
        result += c == '&'   ? std::string("&amp;")
                  : c == '<' ? std::string("&lt;")
                  : c == '>' ? std::string("&gt;")
                  : c == '"' ? std::string("&quot;")
                             : std::string(1, c);
    return result;
}

std::string svgText(double x, double y, const std::string& text, const char* more = "") {
    return "<text x=\"" + svgNumber(x) + "\" y=\"" + svgNumber(y) + "\" " + more + ">" + escapedXml(text) + "</text>\n";
}

std::string svgLine(double x1, double y1, double x2, double y2, const std::string& more) {
    return "<line x1=\"" + svgNumber(x1) + "\" y1=\"" + svgNumber(y1) + "\" x2=\"" + svgNumber(x2) + "\" y2=\"" +
           svgNumber(y2) + "\" " + more + "/>\n";
}

/// From values to places in a panel.
struct ParetoAxes {
    double least = 0, most = 0;  ///< parameters
    double low = 0, high = 0;    ///< log of perplexity
    double top = 0;

    double x(double parameters) const { return kLeft + (parameters - least) / (most - least) * (kWidth - kLeft - kRight); }
    double y(double perplexity) const {
        return top + kTop + (high - std::log(perplexity)) / (high - low) * (kPanel - kTop - kBottom);
    }
};

using Points = std::vector<const BenchSummary*>;

ParetoAxes axesFor(const Points& points, double top) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    ParetoAxes axes{kInfinity, 0, kInfinity, -kInfinity, top};
    for (const BenchSummary* point : points) {
        const auto parameters = static_cast<double>(point->parameters);
        axes.least = std::min(axes.least, parameters), axes.most = std::max(axes.most, parameters);
        const double off = std::isfinite(point->perplexity.spread) ? point->perplexity.spread : 0;
        axes.low = std::min(axes.low, std::log(std::max(point->perplexity.mean - off, 0.5 * point->perplexity.mean)));
        axes.high = std::max(axes.high, std::log(point->perplexity.mean + off));
    }
    const double wide = std::max(0.05 * (axes.most - axes.least), 1e-3 * axes.most);
    const double tall = std::max(0.05 * (axes.high - axes.low), 1e-3);
    axes.least -= wide, axes.most += wide, axes.low -= tall, axes.high += tall;
    return axes;
}

/// Nothing is both smaller (or as small) and better (or as good).
bool onFront(const BenchSummary& point, const Points& points) {
    return std::none_of(points.begin(), points.end(), [&](const BenchSummary* other) {
        const bool atLeast = other->parameters <= point.parameters && other->perplexity.mean <= point.perplexity.mean;
        return atLeast && (other->parameters < point.parameters || other->perplexity.mean < point.perplexity.mean);
    });
}

std::string drawnAxes(const ParetoAxes& axes, const std::string& model) {
    const double right = kWidth - kRight, bottom = axes.top + kPanel - kBottom;
    std::string svg = svgText(kLeft, axes.top + 22, model, "font-weight=\"bold\"");
    for (int i = 0; i <= kTicks; ++i) {
        const double share = static_cast<double>(i) / kTicks;
        const double parameters = axes.least + share * (axes.most - axes.least);
        const double perplexity = std::exp(axes.low + share * (axes.high - axes.low));
        svg += svgLine(kLeft, axes.y(perplexity), right, axes.y(perplexity), "stroke=\"#dddddd\"");
        svg += svgText(kLeft - 8, axes.y(perplexity) + 4, axisNumber(perplexity), "text-anchor=\"end\"");
        svg += svgText(axes.x(parameters), bottom + 18, axisNumber(parameters), "text-anchor=\"middle\"");
    }
    svg += svgLine(kLeft, bottom, right, bottom, "stroke=\"black\"");
    svg += svgLine(kLeft, axes.top + kTop, kLeft, bottom, "stroke=\"black\"");
    svg += svgText((kLeft + right) / 2, bottom + 38, "parameters left", "text-anchor=\"middle\"");
    return svg + svgText(kLeft, axes.top + kTop - 6, "perplexity", "text-anchor=\"end\"");
}

std::string drawnFront(const ParetoAxes& axes, const Points& points) {
    Points front;
    for (const BenchSummary* point : points)
        if (onFront(*point, points)) front.push_back(point);
    std::stable_sort(front.begin(), front.end(), [](auto* a, auto* b) { return a->parameters < b->parameters; });
    std::string places;
    for (const BenchSummary* point : front)
        places += svgNumber(axes.x(static_cast<double>(point->parameters))) + "," +
                  svgNumber(axes.y(point->perplexity.mean)) + " ";
    return "<polyline fill=\"none\" stroke=\"#555555\" stroke-dasharray=\"5,4\" points=\"" + places + "\"/>\n";
}

std::string drawnPoint(const ParetoAxes& axes, const BenchSummary& point, const std::string& colour) {
    const double x = axes.x(static_cast<double>(point.parameters)), mean = point.perplexity.mean;
    std::string svg;
    if (std::isfinite(point.perplexity.spread) && point.perplexity.spread > 0)
        svg += svgLine(x, axes.y(mean + point.perplexity.spread), x,
                       axes.y(std::max(mean - point.perplexity.spread, 0.5 * mean)), "stroke=\"" + colour + "\"");
    const std::string title =
        point.method + (point.ratio > 0 ? ", " + percentText(point.ratio) + " % removed" : "") + ": " + axisNumber(mean);
    return svg + "<circle cx=\"" + svgNumber(x) + "\" cy=\"" + svgNumber(axes.y(mean)) + "\" r=\"4.5\" fill=\"" + colour +
           "\"><title>" + escapedXml(title) + "</title></circle>\n";
}

std::string drawnPanel(const Points& points, double top) {
    const ParetoAxes axes = axesFor(points, top);
    std::string svg = drawnAxes(axes, points.front()->model) + drawnFront(axes, points);
    std::vector<std::string> methods;
    for (const BenchSummary* point : points) {
        auto found = std::find(methods.begin(), methods.end(), point->method);
        if (found == methods.end()) found = methods.insert(methods.end(), point->method);
        const auto place = static_cast<std::size_t>(found - methods.begin());
        svg += drawnPoint(axes, *point, kColours[place % std::size(kColours)]);
    }
    for (std::size_t i = 0; i < methods.size(); ++i) {
        const double y = top + kTop + 18 * static_cast<double>(i) + 6;
        svg += "<circle cx=\"" + svgNumber(kWidth - kRight + 20) + "\" cy=\"" + svgNumber(y - 4) + "\" r=\"4.5\" fill=\"" +
               kColours[i % std::size(kColours)] + "\"/>\n" + svgText(kWidth - kRight + 32, y, methods[i]);
    }
    return svg;
}

}  // namespace

std::string paretoSvg(const BenchTable& table) {
    std::vector<Points> panels;
    for (const BenchSummary& summary : table.summaries) {
        if (!(summary.perplexity.mean > 0)) continue;
        if (panels.empty() || panels.back().front()->model != summary.model) panels.emplace_back();
        panels.back().push_back(&summary);
    }
    const double height = kPanel * static_cast<double>(std::max<std::size_t>(panels.size(), 1));
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + svgNumber(kWidth) + "\" height=\"" +
                      svgNumber(height) + "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
                      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    for (std::size_t i = 0; i < panels.size(); ++i) svg += drawnPanel(panels[i], kPanel * static_cast<double>(i));
    return svg + "</svg>\n";
}

}  // namespace lorashear
