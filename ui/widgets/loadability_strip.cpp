#include "ui/widgets/loadability_strip.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {

struct Mark {
    const char* sign;
    const char* words;
};

/// By Loads: a sign that needs no colour, and what it means.
constexpr Mark kMarks[] = {
    {"✓", QT_TRANSLATE_NOOP("lorashear::ui::LoadabilityStrip", "opens it")},
    {"◐", QT_TRANSLATE_NOOP("lorashear::ui::LoadabilityStrip", "opens it with our modelling file")},
    {"✗", QT_TRANSLATE_NOOP("lorashear::ui::LoadabilityStrip", "does not open it")},
};

QColor colorOf(const Colors& c, Loads loads) {
    switch (loads) {
        case Loads::Yes: return c.good;
        case Loads::WithCustomCode: return c.warn;
        case Loads::No: return c.bad;
    }
    return c.text;
}

/// A note is a rule's sentence with what it found in brackets behind; the sentence has a translation.
QString noteText(const std::string& note) {
    const std::size_t found = note.find(" (");
    return found == std::string::npos ? coreText(note)
                                      : coreText(note.substr(0, found)) + QString::fromStdString(note.substr(found));
}

}  // namespace

LoadabilityStrip::LoadabilityStrip(QWidget* parent)
    : QWidget(parent),
      m_marks(new QLabel(this)),
      m_rule(makeMuted({}, this)),
      m_programs(new QComboBox(this)),
      m_snap(makeButton(QStringLiteral("planSnap"), {},
                        tr("Changes the plan to the nearest one that this program opens as it is; can be undone"), this)) {
    setObjectName(QStringLiteral("loadabilityStrip"));
    m_snap->setAccessibleName(tr("Change to the nearest plan that opens"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    m_marks->setObjectName(QStringLiteral("loadabilityMarks"));
    m_marks->setTextFormat(Qt::RichText);
    m_marks->setWordWrap(true);
    column->addWidget(m_marks);  // the whole width: beside anything else it would break into many lines
    m_rule->setObjectName(QStringLiteral("loadabilityRule"));
    column->addWidget(m_rule);  // and this too
    auto* row = new FlowLayout(6);
    m_programs->setObjectName(QStringLiteral("loadabilityPrograms"));
    m_programs->setAccessibleName(tr("Program whose rule is shown"));
    m_programs->setToolTip(tr("Programs that do not open the result as it is, and those with something to note"));
    connect(m_programs, &QComboBox::activated, this, &LoadabilityStrip::showProgram);
    row->addWidget(m_programs);
    row->addWidget(m_snap);
    column->addLayout(row);
    connect(m_snap, &QPushButton::clicked, this, [this] { Q_EMIT snapRequested(m_target); });
    clear();
}

void LoadabilityStrip::clear() {
    m_verdicts.clear();
    m_marks->clear();
    m_rule->clear();
    m_target.clear();
    setVisible(false);
}

/// The one that was shown stays, while the plan changes.
void LoadabilityStrip::fillPrograms() {
    m_programs->clear();
    int index = -1, first = -1;
    for (int i = 0; i < int(m_words.size()); ++i) {
        const Words& words = m_words[std::size_t(i)];
        m_programs->addItem(words.title);
        if (words.id == m_target) index = i;
        if (first < 0 && words.snappable) first = i;
    }
    m_programs->setVisible(m_words.size() > 1);
    showProgram(index >= 0 ? index : first);
}

void LoadabilityStrip::showProgram(int index) {
    const bool some = index >= 0;
    const Words words = some ? m_words[std::size_t(index)] : Words{};
    if (some) m_programs->setCurrentIndex(index);
    m_target = words.id;
    m_rule->setText(some ? words.brief : tr("Every program in the list opens what this plan leaves."));
    m_rule->setToolTip(some ? words.text : QString());
    m_snap->setText(tr("Snap to %1").arg(words.title));
    m_snap->setVisible(words.snappable);
}

/// A mark and its name break as one, and nothing but space stands between two: a line never begins or ends with a lone sign.
void LoadabilityStrip::showMarks() {
    const Colors& c = colors(palette());
    QStringList marks;
    for (const LoadVerdict& verdict : m_verdicts) {
        const Mark& mark = kMarks[static_cast<int>(verdict.loads)];
        const QString title = coreText(verdict.title);
        marks << QStringLiteral("<span style=\"color:%1\">%2</span>&nbsp;%3")
                     .arg(colorOf(c, verdict.loads).name(), QString::fromUtf8(mark.sign),
                          QString(title).replace(QLatin1Char(' '), QStringLiteral("&nbsp;")));
    }
    m_marks->setText(marks.join(QStringLiteral(" &nbsp; ")));
}

void LoadabilityStrip::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) showMarks();
}

void LoadabilityStrip::setVerdicts(const std::vector<LoadVerdict>& verdicts) {
    QStringList spoken;
    m_words.clear();
    m_verdicts = verdicts;
    for (const LoadVerdict& verdict : verdicts) {
        const Mark& mark = kMarks[static_cast<int>(verdict.loads)];
        const QString title = coreText(verdict.title);
        QString words = tr("%1 %2").arg(title, tr(mark.words));
        if (verdict.loads != Loads::Yes) {
            words += QStringLiteral(": %1 (%2)").arg(coreText(verdict.rule), QString::fromStdString(verdict.detail));
        }
        QString brief = words;
        if (verdict.loads == Loads::Yes && !verdict.notes.empty())
            brief += QStringLiteral(": ") + noteText(verdict.notes.front());
        for (const std::string& note : verdict.notes) words += QStringLiteral("\n  ") + noteText(note);
        spoken << words;
        if (verdict.loads != Loads::Yes || !verdict.notes.empty())
            m_words.push_back({QString::fromStdString(verdict.id), title, words, brief, verdict.loads != Loads::Yes});
    }
    showMarks();
    m_marks->setAccessibleName(tr("Programs that open the result"));
    m_marks->setAccessibleDescription(spoken.join(QLatin1Char('\n')));
    m_marks->setToolTip(spoken.join(QLatin1Char('\n')));
    fillPrograms();
    setVisible(true);
}

}  // namespace lorashear::ui
