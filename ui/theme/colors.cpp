#include "ui/theme/colors.h"

#include "ui/theme/theme.h"

#include <QPolygonF>
#include <QTransform>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

double linear(double channel) {
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

Colors lightColors() {
    Colors c;
    c.surface = QColor(0xf4, 0xf5, 0xf7), c.card = QColor(0xff, 0xff, 0xff), c.text = QColor(0x1a, 0x1e, 0x24);
    c.muted = QColor(0x57, 0x60, 0x6c), c.accent = QColor(0x0a, 0x5a, 0xa8), c.onAccent = QColor(0xff, 0xff, 0xff);
    c.border = QColor(0xd2, 0xd6, 0xdc), c.track = QColor(0xe6, 0xe9, 0xed);
    c.good = QColor(0x1a, 0x70, 0x3f), c.warn = QColor(0x8a, 0x55, 0x00), c.bad = QColor(0xb4, 0x23, 0x18);
    c.raw = QColor(0xa4, 0xad, 0xb8);
    return c;
}

Colors darkColors() {
    Colors c;
    c.dark = true;
    c.surface = QColor(0x17, 0x1a, 0x1f), c.card = QColor(0x20, 0x24, 0x2b), c.text = QColor(0xe8, 0xea, 0xed);
    c.muted = QColor(0xa6, 0xae, 0xb9), c.accent = QColor(0x6c, 0xb2, 0xff), c.onAccent = QColor(0x0c, 0x14, 0x1e);
    c.border = QColor(0x3c, 0x43, 0x4e), c.track = QColor(0x2e, 0x34, 0x3d);
    c.good = QColor(0x5f, 0xcf, 0x8f), c.warn = QColor(0xf0, 0xb4, 0x4c), c.bad = QColor(0xff, 0x8a, 0x80);
    c.raw = QColor(0x6b, 0x76, 0x86);
    return c;
}

Colors whiteColors() {
    Colors c;
    c.surface = QColor(Qt::white), c.card = QColor(Qt::white), c.text = QColor(Qt::black);
    c.muted = QColor(0x38, 0x38, 0x38), c.accent = QColor(0x00, 0x3f, 0x80), c.onAccent = QColor(Qt::white);
    c.border = QColor(0x76, 0x76, 0x76), c.track = QColor(0xdc, 0xdc, 0xdc);
    c.good = QColor(0x0b, 0x52, 0x27), c.warn = QColor(0x6b, 0x40, 0x00), c.bad = QColor(0x8f, 0x0f, 0x0f);
    c.raw = QColor(0x76, 0x76, 0x76);
    return c;
}

Colors blackColors() {
    Colors c;
    c.dark = true;
    c.surface = QColor(Qt::black), c.card = QColor(0x0c, 0x0c, 0x0c), c.text = QColor(Qt::white);
    c.muted = QColor(0xd4, 0xd4, 0xd4), c.accent = QColor(0x8c, 0xc8, 0xff), c.onAccent = QColor(Qt::black);
    c.border = QColor(0xa8, 0xa8, 0xa8), c.track = QColor(0x33, 0x33, 0x33);
    c.good = QColor(0x7f, 0xe0, 0xa8), c.warn = QColor(0xff, 0xc9, 0x66), c.bad = QColor(0xff, 0xa8, 0xa0);
    c.raw = QColor(0x9a, 0x9a, 0x9a);
    return c;
}

QPolygonF regular(int corners, double radius, double turned) {
    QPolygonF polygon;
    for (int i = 0; i < corners; ++i) {
        const double angle = turned + 2 * M_PI * i / corners;
        polygon << QPointF(radius * std::sin(angle), -radius * std::cos(angle));
    }
    return polygon;
}

QPolygonF plus(double half, double arm) {
    return QPolygonF({{-arm, -half},
                      {arm, -half},
                      {arm, -arm},
                      {half, -arm},
                      {half, arm},
                      {arm, arm},
                      {arm, half},
                      {-arm, half},
                      {-arm, arm},
                      {-half, arm},
                      {-half, -arm},
                      {-arm, -arm}});
}

QPolygonF star(double radius) {
    QPolygonF polygon;
    for (int i = 0; i < 10; ++i) polygon << regular(10, i % 2 ? radius * 0.45 : radius, 0)[i];
    return polygon;
}

}  // namespace

const Colors& colorsFor(Theme theme) {
    static const std::array<Colors, kThemes.size()> kColors{lightColors(), darkColors(), whiteColors(), blackColors()};
    return kColors[std::size_t(theme)];
}

const Colors& colors(const QPalette& palette) {
    const QColor window = palette.color(QPalette::Window);
    for (const Theme theme : kThemes)
        if (window == colorsFor(theme).surface) return colorsFor(theme);
    return colorsFor(window.lightness() < 128);
}

QColor okabeIto(int index, bool dark) {
    // On a dark card the first one is lighter than theirs.
    static const std::array<QColor, 8> kOnDark = {
        QColor(0x3d, 0x9b, 0xdc), QColor(0xe6, 0x9f, 0x00), QColor(0x00, 0x9e, 0x73), QColor(0xcc, 0x79, 0xa7),
        QColor(0x56, 0xb4, 0xe9), QColor(0xd5, 0x5e, 0x00), QColor(0xf0, 0xe4, 0x42), QColor(0x80, 0x80, 0x80)};
    // On a white one those that vanish there are darker: the same hues at 3:1.
    static const std::array<QColor, 8> kOnLight = {
        QColor(0x00, 0x72, 0xb2), QColor(0xc7, 0x78, 0x00), QColor(0x00, 0x8f, 0x68), QColor(0xbd, 0x5f, 0x93),
        QColor(0x2f, 0x8f, 0xcf), QColor(0xd5, 0x5e, 0x00), QColor(0x97, 0x8a, 0x00), QColor(0x80, 0x80, 0x80)};
    // Of high contrast, which a projector shows too: at 7:1, so that words stand on them at 7:1.
    static const std::array<QColor, 8> kOnWhite = {
        QColor(0x00, 0x4b, 0x87), QColor(0x7d, 0x4f, 0x00), QColor(0x00, 0x59, 0x3d), QColor(0x8a, 0x2f, 0x62),
        QColor(0x1a, 0x5c, 0x8f), QColor(0x8f, 0x34, 0x00), QColor(0x5f, 0x57, 0x00), QColor(0x4d, 0x4d, 0x4d)};
    static const std::array<QColor, 8> kOnBlack = {
        QColor(0x5a, 0xa9, 0xf0), QColor(0xe6, 0x9f, 0x00), QColor(0x2f, 0xc7, 0x9a), QColor(0xe3, 0x9c, 0xc4),
        QColor(0xa6, 0xdc, 0xff), QColor(0xff, 0x8a, 0x3d), QColor(0xf0, 0xe4, 0x42), QColor(0xa6, 0xa6, 0xa6)};
    const Theme theme = themeInForce();
    const auto& chosen = dark ? (theme == Theme::Black ? kOnBlack : kOnDark) : (theme == Theme::White ? kOnWhite : kOnLight);
    return chosen[std::size_t(index) % chosen.size()];
}

QPainterPath markPath(int category, double size) {
    const double r = size / 2;
    QPainterPath path;
    const auto add = [&path](QPolygonF polygon) {
        polygon << polygon.front();
        path.addPolygon(polygon);
    };
    switch (category % 8) {
        case 0: path.addEllipse(QPointF(0, 0), r, r); break;
        case 1: path.addRect(QRectF(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8)); break;
        case 2: add(regular(3, r * 1.2, 0)); break;
        case 3: add(regular(4, r * 1.2, 0)); break;
        case 4: add(plus(r, r * 0.36)); break;
        case 5: add(regular(3, r * 1.2, M_PI)); break;
        case 6: add(QTransform().rotate(45).map(plus(r, r * 0.36))); break;
        default: add(star(r * 1.25)); break;
    }
    return path;
}

QColor viridis(double position) {
    static const std::array<QColor, 6> kStops = {QColor(68, 1, 84),    QColor(65, 68, 135),  QColor(42, 120, 142),
                                                 QColor(34, 168, 132), QColor(122, 209, 81), QColor(253, 231, 37)};
    const double at = std::clamp(position, 0.0, 1.0) * double(kStops.size() - 1);
    const std::size_t low = std::min(std::size_t(at), kStops.size() - 2);
    const double t = at - double(low);
    const auto mix = [&](int a, int b) { return int(std::lround(a + (b - a) * t)); };
    const QColor &a = kStops[low], &b = kStops[low + 1];
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

QColor unitColor(UnitKind unit, bool dark) {
    return okabeIto(unitKindRow(unit).color, dark);
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

QColor inkOn(const QColor& ground) {
    return contrastRatio(Qt::black, ground) > contrastRatio(Qt::white, ground) ? Qt::black : Qt::white;
}

}  // namespace lorashear::ui
