#include "ui/panels/selection_panel.h"

#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QButtonGroup>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lorashear::ui {

SelectionPanel::SelectionPanel(Studio& studio, PanelHost&, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_inside(new QWidget(this)), m_word(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("selectionPanel"));
    auto* area = new QScrollArea(this);
    area->setObjectName(QStringLiteral("selectionArea"));
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* outside = new QVBoxLayout(this);
    outside->setContentsMargins(0, 0, 0, 0);
    outside->addWidget(area);
    auto* column = new QVBoxLayout(m_inside);
    column->setContentsMargins(10, 6, 10, 10);
    column->setSpacing(3);
    m_title = makeHeading({}, m_inside);
    m_title->setObjectName(QStringLiteral("selectionTitle"));
    m_title->setWordWrap(true);
    column->addWidget(m_title);
    m_facts = makeMuted({}, m_inside);
    m_facts->setObjectName(QStringLiteral("selectionFacts"));
    column->addWidget(m_facts);
    m_found = addBlock("selectionFound", tr("Analysis"));
    m_plan = addBlock("selectionPlan", tr("Plan"));
    column->addWidget(makeWord());
    m_run = addBlock("selectionRun", tr("Run"));
    column->addSpacing(6);
    m_graph = makeButton(QStringLiteral("selectionGraph"), tr("Show in the graph"),
                         tr("Goes to the Graph page, where its tensors and slices are listed"), m_inside);
    m_groups = makeButton(QStringLiteral("selectionInside"), tr("Look inside"),
                          tr("Goes to the Knowledge page, where the groups inside it are drawn"), m_inside);
    for (const auto& [button, page] : {std::pair{m_graph, "graph"}, {m_groups, "knowledge"}}) {
        connect(button, &QPushButton::clicked, this,
                [this, id = QString::fromLatin1(page)] { Q_EMIT m_studio.pageWanted(id); });
        column->addWidget(button, 0, Qt::AlignLeft);
    }
    column->addStretch(1);
    area->setWidget(m_inside);
    const Session& session = m_studio.session();
    for (auto signal : {&Session::selectionChanged, &Session::structureChanged, &Session::knowledgeChanged,
                        &Session::recipeChanged, &Session::planChanged})
        connect(&session, signal, this, &SelectionPanel::refresh);
    for (auto signal : {&Session::runChanged, &Session::momentChanged})
        connect(&session, signal, this, &SelectionPanel::showRun);
    refresh();
}

QLabel* SelectionPanel::addBlock(const char* name, const QString& heading) {
    auto* column = static_cast<QVBoxLayout*>(m_inside->layout());
    column->addSpacing(6);
    QLabel* title = makeHeading(heading, m_inside);
    title->setObjectName(QString::fromLatin1(name) + QStringLiteral("Title"));
    column->addWidget(title);
    QLabel* words = makeMuted({}, m_inside);
    words->setObjectName(QString::fromLatin1(name));
    words->setAccessibleName(heading);
    column->addWidget(words);
    return words;
}

/// One below the other: a panel may be narrow.
QWidget* SelectionPanel::makeWord() {
    auto* box = new QWidget(m_inside);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 2, 0, 0);
    column->setSpacing(2);
    const std::pair<QString, QString> choices[] = {
        {tr("As measured"), tr("The analysis decides")},
        {tr("Protect"), tr("Nothing of it is removed")},
        {tr("Allow"), tr("May be pruned although the analysis protects it")},
    };
    for (int i = 0; i < 3; ++i) {
        auto* button = new QRadioButton(choices[i].first, box);
        button->setObjectName(QStringLiteral("selectionWord%1").arg(i));
        button->setAccessibleName(choices[i].first);
        button->setToolTip(choices[i].second);
        m_word->addButton(button, i);
        column->addWidget(button);
    }
    setFocusProxy(m_word->button(0));
    connect(m_word, &QButtonGroup::idClicked, this, [this](int choice) {
        Session& session = m_studio.session();
        if (session.selection().nodeGroup >= 0) session.setOverride(session.selection().nodeGroup, Override(choice));
    });
    return box;
}

void SelectionPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

/// A run tells of groups that became zero; before it nothing is said.
void SelectionPanel::showRun() {
    if (!isVisible()) return;
    const Session& session = m_studio.session();
    const int id = session.selection().nodeGroup;
    const bool known =
        session.structure() && id >= 0 && id < int(session.structure()->nodeGroups.size()) && !session.run().steps.empty();
    m_run->setVisible(known);
    findChild<QLabel*>(QStringLiteral("selectionRunTitle"))->setVisible(known);
    if (!known) return;
    const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
    const RunMoment moment = session.moment();
    m_run->setText(tr("At step %1: %2 of %3 %4 kept, %5 fading.")
                       .arg(formatInteger(qint64(moment.x)), formatInteger(group.count - moment.zeroCount(id)),
                            formatInteger(group.count), unitWord(int(group.unit)), formatInteger(moment.fadingCount(id))));
}

void SelectionPanel::refresh() {
    if (!isVisible()) return;
    const Session& session = m_studio.session();
    const int id = session.selection().nodeGroup;
    const bool chosen = session.structure() && id >= 0 && id < int(session.structure()->nodeGroups.size());
    for (const char* name : {"selectionFound", "selectionPlan"})
        for (const QString& part : {QString::fromLatin1(name), QString::fromLatin1(name) + QStringLiteral("Title")})
            findChild<QLabel*>(part)->setVisible(chosen);
    m_graph->setVisible(chosen);
    m_groups->setVisible(chosen);
    const bool judged = chosen && session.structure()->nodeGroups[std::size_t(id)].prunable;
    for (QAbstractButton* button : m_word->buttons()) button->setVisible(chosen), button->setEnabled(judged);
    showRun();
    if (!chosen) {
        m_title->setText(tr("Nothing selected"));
        m_facts->setText(session.structure() ? tr("Choose a node group in a list, in the graph or by a bar of any page.")
                                             : tr("Open a model first."));
        return;
    }
    const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
    m_title->setText(QString::fromStdString(group.name));
    m_facts->setText(tr("%1 %2, each %3 parameters")
                         .arg(formatInteger(group.count), countWord(unitWord(int(group.unit)), group.count),
                              formatInteger(group.parametersPerGroup)));
    const auto sentence = [](QString words) {
        if (!words.isEmpty()) words[0] = words[0].toUpper();
        return words;
    };
    m_found->setText(sentence(knowledgeWords(session, id)));
    const QString plan = planWords(session, id);
    m_plan->setText(plan.isEmpty() ? tr("There is no plan.") : plan);
    m_word->button(int(session.overrideOf(id)))->setChecked(true);
}

}  // namespace lorashear::ui
