#include "ui/theme/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStyle>
#include <QTest>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <vector>

namespace tst_ui_theme {

using namespace lorashear;
using namespace lorashear::ui;

namespace {

constexpr double kText = 4.5, kHighContrast = 7, kLine = 3;  ///< WCAG 2.1: AA, AAA, 1.4.11

bool highContrast(Theme theme) {
    return theme == Theme::White || theme == Theme::Black;
}

double wanted(Theme theme) {
    return highContrast(theme) ? kHighContrast : kText;
}

struct Pair {
    QString where;
    QColor text, ground;
};

QColor colourIn(const QString& rule, const char* key) {
    const QRegularExpression wantedKey(QStringLiteral("(?:^|[;{\\s])%1:\\s*(#[0-9a-fA-F]{6})").arg(QLatin1String(key)));
    const QRegularExpressionMatch match = wantedKey.match(rule);
    return match.hasMatch() ? QColor(match.captured(1)) : QColor();
}

/// What a style sheet puts on what: a rule with both, text alone on every surface, a ground alone below the window's text.
std::vector<Pair> pairsOf(const QString& sheet, const Colors& c) {
    static const QRegularExpression kRule(QStringLiteral("([^{}]+)\\{([^}]*)\\}"));
    std::vector<Pair> pairs;
    for (auto rules = kRule.globalMatch(sheet); rules.hasNext();) {
        const QRegularExpressionMatch rule = rules.next();
        const QString selector = rule.captured(1).trimmed();
        if (selector.contains(QLatin1String("QScrollBar")) || selector.contains(QLatin1String("::chunk")))
            continue;  // no words stand on these: bars tell their words beside them
        const QColor text = colourIn(rule.captured(2), "color"), ground = colourIn(rule.captured(2), "background");
        if (text.isValid() && ground.isValid()) pairs.push_back({selector, text, ground});
        if (text.isValid() && !ground.isValid())
            for (const QColor& surface : {c.surface, c.card}) pairs.push_back({selector, text, surface});
        if (!text.isValid() && ground.isValid()) pairs.push_back({selector, c.text, ground});
    }
    return pairs;
}

std::vector<Pair> pairsOf(const QPalette& palette) {
    static const std::pair<QPalette::ColorRole, QPalette::ColorRole> kRoles[] = {
        {QPalette::WindowText, QPalette::Window},
        {QPalette::Text, QPalette::Base},
        {QPalette::Text, QPalette::AlternateBase},
        {QPalette::ButtonText, QPalette::Button},
        {QPalette::PlaceholderText, QPalette::Base},
        {QPalette::ToolTipText, QPalette::ToolTipBase},
        {QPalette::HighlightedText, QPalette::Highlight},
        {QPalette::Link, QPalette::Base},
        {QPalette::Link, QPalette::Window},
        {QPalette::LinkVisited, QPalette::Base},
        {QPalette::BrightText, QPalette::Button},
        {QPalette::WindowText, QPalette::Midlight}};
    std::vector<Pair> pairs;
    for (QPalette::ColorGroup group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled})
        for (const auto& [text, ground] : kRoles)
            pairs.push_back({QStringLiteral("group %1, role %2 on role %3").arg(group).arg(text).arg(ground),
                             palette.color(group, text), palette.color(group, ground)});
    return pairs;
}

}  // namespace

/// Themes: every pair of text and ground that a theme makes, what tells categories apart, and what is asked of the system.
class TestUiTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() {
        applyReducedMotion(*qApp, false);
        applyAppearance(*qApp, Appearance::Light);
    }

    void everyTextStandsOutFromItsGround() {
        for (const Theme theme : kThemes) {
            const Colors& c = colorsFor(theme);
            std::vector<Pair> pairs = pairsOf(paletteFor(theme));
            for (const QColor& text : {c.text, c.muted, c.accent, c.good, c.warn, c.bad})
                for (const QColor& ground : {c.surface, c.card}) pairs.push_back({QStringLiteral("colours"), text, ground});
            for (const QColor& text : {c.text, c.muted}) pairs.push_back({QStringLiteral("track"), text, c.track});
            pairs.push_back({QStringLiteral("primary button"), c.onAccent, c.accent});
            for (const Pair& pair : pairs)
                QVERIFY2(contrastRatio(pair.text, pair.ground) >= wanted(theme),
                         qPrintable(QStringLiteral("theme %1, %2: %3 on %4 has %5")
                                        .arg(int(theme))
                                        .arg(pair.where, pair.text.name(), pair.ground.name())
                                        .arg(contrastRatio(pair.text, pair.ground))));
        }
    }

    void soDoesEveryRuleOfTheStyleSheet() {
        std::set<Theme> met;
        for (const AppearanceRow& row : appearances())
            for (const bool present : {false, true}) {
                applyAppearance(*qApp, row.appearance, present);
                const Theme theme = themeInForce();
                met.insert(theme);
                const std::vector<Pair> pairs = pairsOf(qApp->styleSheet(), colorsFor(theme));
                for (const char* rule : {"QLabel[role=\"muted\"]", "QPushButton[primary=\"true\"]", "QHeaderView::section"})
                    QVERIFY2(std::any_of(pairs.begin(), pairs.end(),
                                         [&](const Pair& pair) { return pair.where == QLatin1String(rule); }),
                             rule);
                for (const Pair& pair : pairs)
                    QVERIFY2(contrastRatio(pair.text, pair.ground) >= wanted(theme),
                             qPrintable(QStringLiteral("%1: %2 on %3 has %4")
                                            .arg(pair.where, pair.text.name(), pair.ground.name())
                                            .arg(contrastRatio(pair.text, pair.ground))));
            }
        QCOMPARE(met.size(), kThemes.size());
    }

    void categoriesAreSeenAndCarryWords() {
        for (const AppearanceRow& row : appearances())
            for (const bool present : {false, true}) {
                applyAppearance(*qApp, row.appearance, present);
                const Theme theme = themeInForce();
                const Colors& c = colorsFor(theme);
                for (int i = 0; i < 8; ++i) {
                    const QColor colour = okabeIto(i, c.dark);
                    const QString which =
                        QStringLiteral("theme %1, category %2, %3").arg(int(theme)).arg(i).arg(colour.name());
                    QVERIFY2(contrastRatio(colour, c.card) >= (highContrast(theme) ? kHighContrast : kLine),
                             qPrintable(which));
                    QVERIFY2(contrastRatio(inkOn(colour), colour) >= wanted(theme), qPrintable(which));
                }
            }
    }

    void linesOfHighContrastAreSeen() {
        for (const Theme theme : {Theme::White, Theme::Black})
            for (const QColor& line : {colorsFor(theme).border, colorsFor(theme).raw})
                QVERIFY2(contrastRatio(line, colorsFor(theme).card) >= kLine, qPrintable(line.name()));
    }

    /// Fusion darkens the background for outlines: on black nothing would say where a field is.
    void fieldsOfHighContrastHaveAnOutline() {
        QLineEdit line;
        QSpinBox number;
        QComboBox choice;
        for (const Appearance appearance : {Appearance::Light, Appearance::HighContrast}) {
            applyAppearance(*qApp, appearance, appearance == Appearance::Light);  // white, then black
            const Colors& c = colorsFor(themeInForce());
            for (QWidget* field : std::initializer_list<QWidget*>{&line, &number, &choice}) {
                field->resize(120, 28);
                const QImage image = field->grab().toImage();
                const QColor edge = image.pixelColor(60, 0);
                QVERIFY2(contrastRatio(edge, c.card) >= kLine, qPrintable(field->metaObject()->className() + edge.name()));
            }
        }
    }

    void categoriesDifferByTheirMarksToo() {
        for (int i = 0; i < 8; ++i) {
            const QRectF bounds = markPath(i, 10).boundingRect();
            QVERIFY(bounds.width() > 8 && bounds.width() < 14 && bounds.contains(QPointF(0, 0)));
            for (int k = 0; k < i; ++k) QVERIFY2(markPath(i, 10) != markPath(k, 10), qPrintable(QString::number(i)));
        }
        QCOMPARE(markPath(8, 10), markPath(0, 10));  // and begins again, as colours do
    }

    void thePaletteTellsWhichThemeItIs() {
        for (const Theme theme : kThemes) QCOMPARE(&colors(paletteFor(theme)), &colorsFor(theme));
    }

    void theSystemsPaletteChoosesTheTheme() {
        const auto of = [](Qt::GlobalColor text, const QColor& window) {
            QPalette palette;
            palette.setColor(QPalette::WindowText, text);
            palette.setColor(QPalette::Window, window);
            return themeOfSystem(palette);
        };
        QVERIFY(of(Qt::black, QColor(0xef, 0xef, 0xef)) == Theme::Light);
        QVERIFY(of(Qt::white, QColor(0x2d, 0x2d, 0x2d)) == Theme::Dark);
        QVERIFY(of(Qt::white, Qt::black) == Theme::Black);  // a system in high contrast is followed into it
        QVERIFY(of(Qt::black, Qt::white) == Theme::White);
        QVERIFY(themeFor(Appearance::System, Theme::Black, false) == Theme::Black);
        QVERIFY(themeFor(Appearance::Light, Theme::Black, false) == Theme::Light);  // unless the person says otherwise
        QVERIFY(themeFor(Appearance::HighContrast, Theme::Light, false) == Theme::Black);
        QVERIFY(themeFor(Appearance::Light, Theme::Dark, true) == Theme::White);
        QVERIFY(themeFor(Appearance::Dark, Theme::Light, true) == Theme::Black);
    }

    void appearancesAreKnownByTheirIds() {
        for (const AppearanceRow& row : appearances()) {
            QVERIFY(appearanceFromId(QString::fromLatin1(row.id)) == row.appearance);
            QCOMPARE(appearanceId(row.appearance), QString::fromLatin1(row.id));
        }
        QVERIFY(appearanceFromId(QStringLiteral("banana")) == Appearance::System);
    }

    void nothingMovesWhereNoMotionIsWanted() {
        applyAppearance(*qApp, Appearance::Light);
        const int blink = qApp->cursorFlashTime();
        QVERIFY(qApp->style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0);
        applyReducedMotion(*qApp, true);
        QCOMPARE(qApp->style()->styleHint(QStyle::SH_Widget_Animation_Duration), 0);
        QCOMPARE(qApp->style()->styleHint(QStyle::SH_Widget_Animate), 0);
        QCOMPARE(qApp->cursorFlashTime(), 0);
        for (Qt::UIEffect effect : {Qt::UI_AnimateMenu, Qt::UI_FadeMenu, Qt::UI_AnimateCombo, Qt::UI_FadeTooltip})
            QVERIFY(!QApplication::isEffectEnabled(effect));
        applyReducedMotion(*qApp, false);
        QCOMPARE(qApp->cursorFlashTime(), blink);
        QVERIFY(qApp->style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0);
    }
};

}  // namespace tst_ui_theme

QTEST_MAIN(tst_ui_theme::TestUiTheme)
#include "tst_ui_theme.moc"
