#include "ui/theme/theme.h"

#include "ui/theme/indicator_style.h"

#include <QApplication>
#include <QFont>
#include <QStyle>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kLargeType = 1.3, kTitle = 16, kNumber = 15;  ///< kTitle, kNumber: points

bool& presentingNow() {
    static bool on = false;
    return on;
}

double linear(double channel) {
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QString styleSheet(const Colors& c, bool large) {
    static const char* kTemplate = R"(
QToolTip { color: %text%; background: %card%; border: 1px solid %border%; padding: 4px; }
QFrame[card="true"] { background: %card%; border: 1px solid %border%; border-radius: 8px; }
QFrame[card="true"] QLabel { background: transparent; border: none; }
QFrame[callout="true"] { background: %card%; border: 2px solid %accent%; border-radius: 8px; }
QFrame[callout="true"] QLabel { background: transparent; border: none; }
QLabel[role="title"] { font-size: %title%pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="number"] { font-size: %number%pt; font-weight: 600; }
QLabel[role="muted"] { color: %muted%; }
QLabel[role="refusal"] { color: %bad%; font-weight: 600; }
QLabel[role="warning"] { color: %warn%; }
QPushButton { padding: 5px 12px; border: 1px solid %border%; border-radius: 6px; background: %card%; color: %text%; }
QPushButton:hover { border-color: %accent%; }
QPushButton:focus { border: 2px solid %accent%; padding: 4px 11px; }
QPushButton:pressed { background: %track%; }
QPushButton:checked { background: %track%; border-color: %accent%; }
QPushButton:disabled { color: %muted%; background: %surface%; }
QPushButton[compact="true"] { padding: 0px 8px; }
QPushButton[compact="true"]:focus { padding: 0px 7px; }
QPushButton[primary="true"] { background: %accent%; color: %onAccent%; border-color: %accent%; font-weight: 600; }
QPushButton[primary="true"]:focus { border: 2px solid %text%; }
QPushButton[primary="true"]:disabled { background: %track%; color: %muted%; border-color: %border%; }
QPushButton[cardButton="true"] { text-align: left; padding: 8px 12px; }
QTabWidget::pane { border: none; }
QTableView { border: 1px solid %border%; gridline-color: %border%; }
QTableView:focus { border: 2px solid %accent%; }
QHeaderView::section { background: %surface%; color: %muted%; border: none; border-bottom: 1px solid %border%; padding: 4px 6px; }
QProgressBar { border: 1px solid %border%; border-radius: 5px; background: %track%; text-align: center; color: %text%; min-height: 16px; }
QProgressBar::chunk { background: %accent%; border-radius: 4px; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: %border%; border-radius: 4px; margin: 2px; min-width: 28px; min-height: 28px; }
QScrollBar::handle:hover { background: %muted%; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
lorashear--ui--ErrorStrip { background: %card%; border: 2px solid %bad%; border-radius: 8px; }
QPlainTextEdit, QListWidget { border: 1px solid %border%; }
QListWidget::item { padding: 3px 4px; }
QPlainTextEdit:focus, QListWidget:focus { border: 2px solid %accent%; }
)";
    QString sheet = QString::fromUtf8(kTemplate);
    const std::array<std::pair<const char*, QColor>, 10> names = {{{"%text%", c.text},
                                                                   {"%card%", c.card},
                                                                   {"%border%", c.border},
                                                                   {"%muted%", c.muted},
                                                                   {"%accent%", c.accent},
                                                                   {"%onAccent%", c.onAccent},
                                                                   {"%track%", c.track},
                                                                   {"%surface%", c.surface},
                                                                   {"%bad%", c.bad},
                                                                   {"%warn%", c.warn}}};
    for (const auto& [name, color] : names) sheet.replace(QString::fromUtf8(name), color.name());
    sheet.replace(QStringLiteral("%title%"), QString::number(large ? kTitle * kLargeType : kTitle));
    sheet.replace(QStringLiteral("%number%"), QString::number(large ? kNumber * kLargeType : kNumber));
    if (!large) return sheet;
    sheet.replace(QStringLiteral("2px solid"), QStringLiteral("3px solid"));  // a line of one pixel is lost on a wall
    return sheet.replace(QStringLiteral("1px solid"), QStringLiteral("2px solid"));
}

}  // namespace

namespace {

Colors projectorColors(bool dark) {
    Colors c;
    c.dark = dark;
    if (dark) {
        c.surface = QColor(Qt::black), c.card = QColor(0x0c, 0x0c, 0x0c), c.text = QColor(Qt::white);
        c.muted = QColor(0xd4, 0xd4, 0xd4), c.accent = QColor(0x8c, 0xc8, 0xff), c.onAccent = QColor(Qt::black);
        c.border = QColor(0x8c, 0x8c, 0x8c), c.track = QColor(0x33, 0x33, 0x33);
        c.good = QColor(0x7f, 0xe0, 0xa8), c.warn = QColor(0xff, 0xc9, 0x66), c.bad = QColor(0xff, 0xa8, 0xa0);
        c.raw = QColor(0x9a, 0x9a, 0x9a);
    } else {
        c.surface = QColor(Qt::white), c.card = QColor(Qt::white), c.text = QColor(Qt::black);
        c.muted = QColor(0x38, 0x38, 0x38), c.accent = QColor(0x00, 0x3f, 0x80), c.onAccent = QColor(Qt::white);
        c.border = QColor(0x76, 0x76, 0x76), c.track = QColor(0xdc, 0xdc, 0xdc);
        c.good = QColor(0x0b, 0x52, 0x27), c.warn = QColor(0x6b, 0x40, 0x00), c.bad = QColor(0x8f, 0x0f, 0x0f);
        c.raw = QColor(0x76, 0x76, 0x76);
    }
    return c;
}

}  // namespace

Colors colorsFor(bool dark, bool projector) {
    if (projector) return projectorColors(dark);
    Colors c;
    c.dark = dark;
    if (dark) {
        c.surface = QColor(0x17, 0x1a, 0x1f), c.card = QColor(0x20, 0x24, 0x2b), c.text = QColor(0xe8, 0xea, 0xed);
        c.muted = QColor(0xa6, 0xae, 0xb9), c.accent = QColor(0x6c, 0xb2, 0xff), c.onAccent = QColor(0x0c, 0x14, 0x1e);
        c.border = QColor(0x3c, 0x43, 0x4e), c.track = QColor(0x2e, 0x34, 0x3d);
        c.good = QColor(0x5f, 0xcf, 0x8f), c.warn = QColor(0xf0, 0xb4, 0x4c), c.bad = QColor(0xff, 0x8a, 0x80);
        c.raw = QColor(0x6b, 0x76, 0x86);
    } else {
        c.surface = QColor(0xf4, 0xf5, 0xf7), c.card = QColor(0xff, 0xff, 0xff), c.text = QColor(0x1a, 0x1e, 0x24);
        c.muted = QColor(0x57, 0x60, 0x6c), c.accent = QColor(0x0a, 0x5a, 0xa8), c.onAccent = QColor(0xff, 0xff, 0xff);
        c.border = QColor(0xd2, 0xd6, 0xdc), c.track = QColor(0xe6, 0xe9, 0xed);
        c.good = QColor(0x1a, 0x70, 0x3f), c.warn = QColor(0x8a, 0x55, 0x00), c.bad = QColor(0xb4, 0x23, 0x18);
        c.raw = QColor(0xa4, 0xad, 0xb8);
    }
    return c;
}

const Colors& colors(const QPalette& palette) {
    static const Colors kLight = colorsFor(false), kDark = colorsFor(true), kWhite = colorsFor(false, true),
                        kBlack = colorsFor(true, true);
    const QColor window = palette.color(QPalette::Window);
    if (window == kWhite.surface) return kWhite;
    if (window == kBlack.surface) return kBlack;
    return window.lightness() < 128 ? kDark : kLight;
}

QColor okabeIto(int index, bool dark) {
    static const std::array<QColor, 8> kColors = {
        QColor(0x00, 0x72, 0xb2), QColor(0xe6, 0x9f, 0x00), QColor(0x00, 0x9e, 0x73), QColor(0xcc, 0x79, 0xa7),
        QColor(0x56, 0xb4, 0xe9), QColor(0xd5, 0x5e, 0x00), QColor(0xf0, 0xe4, 0x42), QColor(0x80, 0x80, 0x80)};
    // The same hues as far as a projector shows them: the light ones vanish on a white wall.
    static const std::array<QColor, 8> kOnWhite = {
        QColor(0x00, 0x4b, 0x87), QColor(0x9a, 0x62, 0x00), QColor(0x00, 0x73, 0x4f), QColor(0xa0, 0x3d, 0x75),
        QColor(0x25, 0x78, 0xb5), QColor(0xb0, 0x40, 0x00), QColor(0x76, 0x6c, 0x00), QColor(0x59, 0x59, 0x59)};
    if (presenting() && !dark) return kOnWhite[std::size_t(index) % kOnWhite.size()];
    const QColor color = kColors[std::size_t(index) % kColors.size()];
    return dark && index % 8 == 0 ? QColor(0x3d, 0x9b, 0xdc) : color;  // the blue is too dark on a dark card
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

QPalette paletteFor(bool dark, bool projector) {
    const Colors c = colorsFor(dark, projector);
    QPalette p;
    p.setColor(QPalette::Window, c.surface);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.card);
    p.setColor(QPalette::AlternateBase, c.surface);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.card);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.bad);
    p.setColor(QPalette::ToolTipBase, c.card);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::Light, dark ? c.border : QColor(Qt::white));
    p.setColor(QPalette::Midlight, c.track);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Dark, dark ? QColor(0x10, 0x12, 0x16) : QColor(0xa9, 0xb0, 0xb8));
    p.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : QColor(0x80, 0x86, 0x8e));
    for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.muted);
    return p;
}

bool systemIsDark() {
    // Asked once, before any palette of ours is set.
    static const bool kDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return kDark;
}

bool presenting() {
    return presentingNow();
}

void applyAppearance(QApplication& application, Appearance appearance, bool presenting) {
    const bool system = systemIsDark();
    const bool dark = appearance == Appearance::Dark || (appearance == Appearance::System && system);
    if (!application.property("lorashear-style").toBool()) {
        application.setStyle(new IndicatorStyle);  // the application owns it
        application.setProperty("lorashear-style", true);
    }
    static const QFont kOwn = application.font();  // of the system, before it was ever enlarged
    QFont type = kOwn;
    if (presenting) type.setPointSizeF(kOwn.pointSizeF() * kLargeType);
    presentingNow() = presenting;
    if (application.font() != type) application.setFont(type);
    application.setPalette(paletteFor(dark, presenting));
    application.setStyleSheet(styleSheet(colorsFor(dark, presenting), presenting));
}

Appearance appearanceFromId(const QString& id) {
    return id == QLatin1String("dark")    ? Appearance::Dark
           : id == QLatin1String("light") ? Appearance::Light
                                          : Appearance::System;
}

QString appearanceId(Appearance appearance) {
    return appearance == Appearance::Dark    ? QStringLiteral("dark")
           : appearance == Appearance::Light ? QStringLiteral("light")
                                             : QStringLiteral("system");
}

}  // namespace lorashear::ui
