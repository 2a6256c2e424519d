#include "ui/theme/theme.h"

#include "ui/theme/indicator_style.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFont>
#include <QStyle>

#include <algorithm>
#include <array>

namespace lorashear::ui {

namespace {

constexpr double kLargeType = 1.3, kTitle = 16, kNumber = 15;  ///< kTitle, kNumber: points
constexpr double kSystemContrast = 20;                         ///< usual palettes have 18:1 and less

struct InForce {
    Theme theme = Theme::Light;
    bool presenting = false, reducedMotion = false;
    double type = 1;  ///< of the system's type size, as the workspace has it
};

InForce& inForce() {
    static InForce now;
    return now;
}

double scaleInForce() {
    return inForce().presenting ? std::max(kLargeType, inForce().type) : inForce().type;
}

QString styleSheet(const Colors& c, bool large, double scale) {
    static const char* kTemplate = R"(
QToolTip { color: %text%; background: %card%; border: 1px solid %border%; padding: 4px; }
QFrame[card="true"] { background: %card%; border: 1px solid %border%; border-radius: 8px; }
QLabel:focus { border: 1px solid %accent%; border-radius: 3px; }
QFrame[card="true"] QLabel { background: transparent; border: none; }
QFrame[callout="true"] { background: %card%; border: 2px solid %accent%; border-radius: 8px; }
QFrame[callout="true"] QLabel { background: transparent; border: none; }
QStatusBar QLabel { padding: 0 8px; }
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
QScrollArea[reader="true"] { border: 2px solid transparent; }
QScrollArea[reader="true"]:focus { border: 2px solid %accent%; }
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
    sheet.replace(QStringLiteral("%title%"), QString::number(kTitle * scale));
    sheet.replace(QStringLiteral("%number%"), QString::number(kNumber * scale));
    if (!large) return sheet;
    sheet.replace(QStringLiteral("2px solid"), QStringLiteral("3px solid"));  // a line of one pixel is lost on a wall
    return sheet.replace(QStringLiteral("1px solid"), QStringLiteral("2px solid"));
}

void applyType(QApplication& application) {
    static const QFont kOwn = application.font();  // of the system, before it was ever enlarged
    QFont type = kOwn;
    if (scaleInForce() != 1) type.setPointSizeF(kOwn.pointSizeF() * scaleInForce());
    if (application.font() != type) application.setFont(type);
}

}  // namespace

QPalette paletteFor(bool dark, bool contrast) {
    return paletteFor(contrast ? (dark ? Theme::Black : Theme::White) : (dark ? Theme::Dark : Theme::Light));
}

QPalette paletteFor(Theme theme) {
    const Colors& c = colorsFor(theme);
    const bool dark = c.dark;
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

Theme themeOfSystem(const QPalette& system) {
    const QColor window = system.color(QPalette::Window);
    const bool contrast = contrastRatio(system.color(QPalette::WindowText), window) >= kSystemContrast;
    const bool dark = window.lightness() < 128;
    return contrast ? (dark ? Theme::Black : Theme::White) : (dark ? Theme::Dark : Theme::Light);
}

Theme themeFor(Appearance appearance, Theme system, bool presenting) {
    const Theme own = appearance == Appearance::Light          ? Theme::Light
                      : appearance == Appearance::Dark         ? Theme::Dark
                      : appearance == Appearance::HighContrast ? Theme::Black
                                                               : system;
    if (!presenting) return own;
    return colorsFor(own).dark ? Theme::Black : Theme::White;
}

Theme themeInForce() {
    return inForce().theme;
}

bool presenting() {
    return inForce().presenting;
}

bool reducedMotion() {
    return inForce().reducedMotion;
}

void applyReducedMotion(QApplication& application, bool reduced) {
    static const int kBlink = application.cursorFlashTime();  // of the system
    static const std::vector<Qt::UIEffect> kMoving = [] {
        std::vector<Qt::UIEffect> on;
        for (const Qt::UIEffect effect : {Qt::UI_AnimateMenu, Qt::UI_FadeMenu, Qt::UI_AnimateCombo, Qt::UI_AnimateTooltip,
                                          Qt::UI_FadeTooltip, Qt::UI_AnimateToolBox})
            if (QApplication::isEffectEnabled(effect)) on.push_back(effect);
        return on;
    }();
    inForce().reducedMotion = reduced;
    for (const Qt::UIEffect effect : kMoving) QApplication::setEffectEnabled(effect, !reduced);
    application.setCursorFlashTime(reduced ? 0 : kBlink);
}

void applyAppearance(QApplication& application, Appearance appearance, bool presenting) {
    static const Theme kSystem = themeOfSystem(QGuiApplication::palette());  // before any palette of ours is set
    const Theme theme = themeFor(appearance, kSystem, presenting);
    if (!application.property("lorashear-style").toBool()) {
        application.setStyle(new IndicatorStyle);  // the application owns it
        application.setProperty("lorashear-style", true);
    }
    inForce().theme = theme;
    inForce().presenting = presenting;
    applyType(application);
    application.setPalette(paletteFor(theme));
    applyStyleSheet(application);
}

void applyStyleSheet(QApplication& application) {
    application.setStyleSheet(styleSheet(colorsFor(inForce().theme), inForce().presenting, scaleInForce()));
}

void applyTypeScale(QApplication& application, double scale) {
    const double before = scaleInForce();
    inForce().type = scale;
    if (scaleInForce() == before) return;
    applyType(application);
    applyStyleSheet(application);
}

double typeScale() {
    return inForce().type;
}

const std::vector<AppearanceRow>& appearances() {
    static const std::vector<AppearanceRow> kRows = {
        {Appearance::System, "system", QT_TRANSLATE_NOOP("lorashear::ui::Appearance", "As the &system")},
        {Appearance::Light, "light", QT_TRANSLATE_NOOP("lorashear::ui::Appearance", "&Light")},
        {Appearance::Dark, "dark", QT_TRANSLATE_NOOP("lorashear::ui::Appearance", "&Dark")},
        {Appearance::HighContrast, "contrast",
         QT_TRANSLATE_NOOP("lorashear::ui::Appearance", "&High contrast, light on black")},
    };
    return kRows;
}

Appearance appearanceFromId(const QString& id) {
    for (const AppearanceRow& row : appearances())
        if (id == QLatin1String(row.id)) return row.appearance;
    return Appearance::System;
}

QString appearanceId(Appearance appearance) {
    return QString::fromLatin1(appearances()[std::size_t(appearance)].id);
}

QString appearanceTitle(const AppearanceRow& row) {
    return QCoreApplication::translate("lorashear::ui::Appearance", row.title);
}

}  // namespace lorashear::ui
