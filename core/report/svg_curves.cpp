#include "core/report/svg_curves.h"

#include "core/report/html_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace lorashear {

namespace {

constexpr double kWide = 720, kTall = 260, kLeft = 64, kRight = 12, kTop = 28, kBottom = 40;
constexpr int kLines = 4;  ///< of the grid, each way
constexpr const char *kThin = "#9db8d2", *kThick = "#0b5394", *kDots = "#b45309";

std::string place(double value) {
    char text[48];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

struct Span {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    void take(double value) { low = std::min(low, value), high = std::max(high, value); }
    void widen() {
        if (high > low) return;
        const double room = std::max(std::abs(low) * 0.05, 1e-6);
        low -= room, high += room;
    }
};

struct Axes {
    Span x, y;
    double left(double value) const { return kLeft + (value - x.low) / (x.high - x.low) * (kWide - kLeft - kRight); }
    double top(double value) const { return kTop + (y.high - value) / (y.high - y.low) * (kTall - kTop - kBottom); }
};

bool finite(const SvgCurve& curve, std::size_t i) {
    return std::isfinite(curve.x[i]) && std::isfinite(curve.y[i]);
}

std::string words(double x, double y, const std::string& text, const char* anchor) {
    return "<text x=\"" + place(x) + "\" y=\"" + place(y) + "\" text-anchor=\"" + anchor + "\">" + htmlText(text) +
           "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, const char* look) {
    return "<line x1=\"" + place(x1) + "\" y1=\"" + place(y1) + "\" x2=\"" + place(x2) + "\" y2=\"" + place(y2) + "\" " +
           look + "/>\n";
}

std::string frame(const SvgPicture& picture, const Axes& axes) {
    std::string svg;
    for (int i = 0; i <= kLines; ++i) {
        const double share = static_cast<double>(i) / kLines;
        const double x = axes.x.low + share * (axes.x.high - axes.x.low),
                     y = axes.y.low + share * (axes.y.high - axes.y.low);
        svg += stroke(kLeft, axes.top(y), kWide - kRight, axes.top(y), "stroke=\"#e2e2e2\"");
        svg += words(kLeft - 6, axes.top(y) + 4, shortNumber(y), "end");
        svg += words(axes.left(x), kTall - kBottom + 16, groupedNumber(std::round(x)), i == kLines ? "end" : "middle");
    }
    for (const auto& [at, name] : picture.marks) {
        if (!(at >= axes.x.low && at <= axes.x.high)) continue;
        svg += stroke(axes.left(at), kTop, axes.left(at), kTall - kBottom, "stroke=\"#888888\" stroke-dasharray=\"3,3\"");
        svg += words(axes.left(at) + 3, kTop + 10, name, "start");
    }
    svg += words((kLeft + kWide - kRight) / 2, kTall - 6, picture.xLabel, "middle");
    return svg + words(6, 14, picture.yLabel, "start");
}

/// Of each pixel the first, lowest, highest and last value.
std::string path(const SvgCurve& curve, const Axes& axes) {
    std::string points;
    bool down = false;
    const auto add = [&](std::size_t i) {
        points += (down ? "L" : "M") + place(axes.left(curve.x[i])) + " " + place(axes.top(curve.y[i]));
        down = true;
    };
    for (std::size_t i = 0; i < curve.x.size();) {
        if (!finite(curve, i)) {
            down = false, ++i;
            continue;
        }
        const double pixel = std::floor(axes.left(curve.x[i]));
        std::size_t end = i, low = i, high = i;
        for (; end < curve.x.size() && finite(curve, end) && std::floor(axes.left(curve.x[end])) == pixel; ++end) {
            if (curve.y[end] < curve.y[low]) low = end;
            if (curve.y[end] > curve.y[high]) high = end;
        }
        std::vector<std::size_t> told{i, std::min(low, high), std::max(low, high), end - 1};
        told.erase(std::unique(told.begin(), told.end()), told.end());
        for (const std::size_t at : told) add(at);
        i = end;
    }
    return points;
}

std::string drawn(const SvgCurve& curve, const Axes& axes) {
    if (curve.look == SvgCurve::Look::Dots) {
        std::string svg;
        for (std::size_t i = 0; i < curve.x.size(); ++i)
            if (finite(curve, i))
                svg += "<circle cx=\"" + place(axes.left(curve.x[i])) + "\" cy=\"" + place(axes.top(curve.y[i])) +
                       "\" r=\"3.5\" fill=\"" + kDots + "\"><title>" +
                       htmlText(shortNumber(curve.x[i]) + ": " + shortNumber(curve.y[i])) + "</title></circle>\n";
        return svg;
    }
    const bool thick = curve.look == SvgCurve::Look::Thick;
    return std::string("<path fill=\"none\" stroke=\"") + (thick ? kThick : kThin) + "\" stroke-width=\"" +
           (thick ? "2" : "1") + "\" d=\"" + path(curve, axes) + "\"/>\n";
}

std::string legend(const std::vector<SvgCurve>& curves) {
    std::string svg;
    double right = kWide - kRight;
    for (auto curve = curves.rbegin(); curve != curves.rend(); ++curve) {
        if (curve->name.empty()) continue;
        svg += words(right, 14, curve->name, "end");
        right -= 7.0 * static_cast<double>(curve->name.size()) + 8;
        const bool dots = curve->look == SvgCurve::Look::Dots, thick = curve->look == SvgCurve::Look::Thick;
        svg +=
            dots ? "<circle cx=\"" + place(right - 4) + "\" cy=\"10.0\" r=\"3.5\" fill=\"" + kDots + "\"/>\n"
                 : stroke(right - 18, 10, right, 10, thick ? "stroke=\"#0b5394\" stroke-width=\"2\"" : "stroke=\"#9db8d2\"");
        right -= 30;
    }
    return svg;
}

}  // namespace

std::string curvesSvg(const SvgPicture& picture) {
    Axes axes;
    for (const SvgCurve& curve : picture.curves)
        for (std::size_t i = 0; i < curve.x.size(); ++i)
            if (finite(curve, i)) axes.x.take(curve.x[i]), axes.y.take(curve.y[i]);
    if (!std::isfinite(axes.x.low)) return {};
    axes.x.widen(), axes.y.widen();
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + place(kWide) + " " + place(kTall) +
                      "\" width=\"" + place(kWide) +
                      "\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#222222\">\n<title>" +
                      htmlText(picture.title) + "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" +
                      frame(picture, axes);
    for (const SvgCurve& curve : picture.curves) svg += drawn(curve, axes);
    return svg + legend(picture.curves) + "</svg>\n";
}

}  // namespace lorashear
