#include "ui/pages/rank_panel.h"

#include "core/run/recipe_help.h"
#include "ui/controller/protection.h"
#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/figures/figure_menu.h"
#include "ui/pages/node_group_menu.h"
#include "ui/theme/format.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/rank_chart.h"
#include "ui/widgets/setting_box.h"
#include "ui/widgets/type_size.h"

#include <QClipboard>
#include <QDoubleSpinBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace lorashear::ui {

namespace {

constexpr int kUsualShare = 10;  ///< per cent
constexpr int kDetailLines = 4;

const NodeGroupKnowledge* entryOf(const Session& session, int nodeGroup) {
    const auto& entries = session.knowledgeEntries();
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const NodeGroupKnowledge& entry) { return entry.nodeGroup == nodeGroup; });
    return at == entries.end() ? nullptr : &*at;
}

}  // namespace

RankPanel::RankPanel(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_chart(new RankChart(QStringLiteral("rankChart"), tr("Node groups by the loss that masking them adds"), this)),
      m_legend(new Legend(this)),
      m_words(makeMuted({}, this)),
      m_share(new QDoubleSpinBox(this)),
      m_protect(makeButton(QStringLiteral("protectTop"), {}, {}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(6);
    column->addWidget(new ElidedLabel(tr("Loss added, the most telling first (nats per token)"), "heading", this));
    m_chart->setEmptyText(tr("Nothing measured yet. Analyse puts every node group at its rank, with its standard error."));
    column->addWidget(m_chart, 1);
    m_legend->setObjectName(QStringLiteral("rankLegend"));
    m_legend->setEntries(
        {{tr("standard error"), Legend::Mark::Whisker}, {tr("the plan keeps it whole"), Legend::Mark::Faded}});
    column->addWidget(m_legend);
    m_words->setObjectName(QStringLiteral("rankWords"));
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    whenTypeChanges(*m_words, [this] { m_words->setMinimumHeight(kDetailLines * m_words->fontMetrics().lineSpacing()); });
    column->addWidget(m_words);
    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("The top"), this);
    label->setBuddy(m_share);
    row->addWidget(label);
    m_share->setObjectName(QStringLiteral("protectTopShare"));
    m_share->setAccessibleName(tr("Share of the node groups to protect"));
    m_share->setToolTip(tr("So many of all node groups that the analysis measures, rounded down"));
    m_share->setDecimals(0);
    setBounds(m_share, recipeSetting("/analysis/unprunable_share"), 100);  // the same kind of share
    m_share->setValue(kUsualShare);
    m_share->setSuffix(tr(" %"));
    row->addWidget(m_share);
    row->addWidget(m_protect);
    row->addStretch(1);
    column->addLayout(row);
    connect(m_share, &QDoubleSpinBox::valueChanged, this, &RankPanel::showShare);
    connect(m_protect, &QPushButton::clicked, this,
            [this] { protectMostTelling(m_studio.session(), m_share->value() / 100); });
    connect(m_chart, &RankChart::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    connect(m_chart, &RankChart::menuWanted, this, &RankPanel::showMenu);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &RankPanel::showShare);
    refresh();
}

QString RankPanel::detailOf(int nodeGroup, int rank, int of) const {
    const Session& session = m_studio.session();
    const NodeGroup& group = session.structure()->nodeGroups[std::size_t(nodeGroup)];
    const NodeGroupKnowledge* entry = entryOf(session, nodeGroup);
    QString words = tr("%1, rank %2 of %3: %4")
                        .arg(QString::fromStdString(group.name), formatInteger(rank), formatInteger(of),
                             knowledgeWords(session, nodeGroup));
    const auto& knowledge = session.knowledge();
    if (entry && knowledge && entry->perRatio.size() > 1 && entry->perRatio.size() == knowledge->ratios.size()) {
        QStringList parts;
        for (std::size_t i = 0; i < entry->perRatio.size(); ++i)
            parts << tr("%1 at %2").arg(formatNumber(entry->perRatio[i], 3), formatPercent(knowledge->ratios[i], 0));
        words += QLatin1Char(' ') + tr("By what is masked: %1.").arg(parts.join(QStringLiteral(", ")));
    }
    return words + QLatin1Char(' ') + planWords(session, nodeGroup);
}

/// How unevenly it is spread: by whom half of all that was added was added.
QString RankPanel::wholeWords() const {
    double all = 0, sum = 0;
    for (const RankPoint& point : m_chart->points()) all += std::max(0.0, point.value);
    int first = 0;
    for (const RankPoint& point : m_chart->points()) {
        if (sum >= all / 2) break;
        sum += std::max(0.0, point.value);
        ++first;
    }
    if (all <= 0) return tr("Masking made nothing worse: there is nothing to rank.");
    return tr("The first %1 of %2 make half of all the loss that was added. Choose one for its numbers.")
        .arg(formatInteger(first), formatInteger(qint64(m_chart->points().size())));
}

void RankPanel::refresh() {
    const Session& session = m_studio.session();
    const std::vector<int> order = byImportance(session);
    std::set<UnitKind> kinds;
    std::vector<RankPoint> points;
    for (const int id : order) {
        const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
        const NodeGroupKnowledge* entry = entryOf(session, id);
        kinds.insert(group.unit);
        points.push_back({id, entry->deviation, entry->spread, unitKindRow(group.unit).color,
                          !whyKeptWhole(session, id).isEmpty(), QString::fromStdString(group.name),
                          detailOf(id, int(points.size()) + 1, int(order.size()))});
    }
    m_chart->setPoints(std::move(points));
    m_legend->setUnits(kinds, Legend::Mark::Point);
    m_chart->setCurrent(session.selection().nodeGroup);
    const auto& shown = m_chart->points();
    const auto chosen =
        std::find_if(shown.begin(), shown.end(), [this](const RankPoint& point) { return point.id == m_chart->current(); });
    m_words->setText(chosen != shown.end() ? chosen->words : shown.empty() ? QString() : wholeWords());
    showShare();
}

void RankPanel::showShare() {
    const Session& session = m_studio.session();
    const std::vector<int> wanted = mostTelling(session, m_share->value() / 100);
    const auto protectedOnes =
        std::count_if(wanted.begin(), wanted.end(), [&](int id) { return session.overrideOf(id) == Override::Protect; });
    const int count = int(wanted.size());
    const QString share = formatPercent(m_share->value() / 100, 0);
    m_chart->setCut(count, tr("the top %1: %2").arg(share, formatInteger(count)));
    m_protect->setText(tr("Protect the top %1").arg(share));
    m_protect->setAccessibleName(m_protect->text());
    const bool measuring = !session.knowledge();
    m_protect->setEnabled(!measuring && count > 0 && protectedOnes < count);
    m_protect->setToolTip(
        measuring                ? tr("Analyse first: the ranking must be whole")
        : count == 0             ? tr("Less than one node group: choose a larger share")
        : protectedOnes == count ? tr("You protect all of them already")
        : count == 1
            ? tr("The plan keeps 1 node group whole, in one edit that can be undone; what you protect already stays so")
            : tr("The plan keeps %1 node groups whole, in one edit that can be undone; what you protect already stays so")
                  .arg(formatInteger(count)));
    m_protect->setAccessibleDescription(m_protect->toolTip());
}

QString RankPanel::asTable() const {
    const Session& session = m_studio.session();
    QString text = tr("rank\tnode group\tloss added\tstandard error\n");
    int rank = 0;
    for (const RankPoint& point : m_chart->points())
        text += QStringLiteral("%1\t%2\t%3\t%4\n")
                    .arg(++rank)
                    .arg(QString::fromStdString(session.structure()->nodeGroups[std::size_t(point.id)].name))
                    .arg(point.value)
                    .arg(point.spread);
    return text;
}

void RankPanel::showMenu(int nodeGroup, const QPoint& at) {
    if (m_chart->points().empty()) return;
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("rankMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addNodeGroupActions(*menu, m_studio, nodeGroup);
    if (!menu->isEmpty()) menu->addSeparator();
    QAction* protect = menu->addAction(m_protect->text(), m_protect, &QPushButton::click);
    protect->setEnabled(m_protect->isEnabled());
    menu->addAction(tr("Copy the &ranking as a table"), this, [this] { QGuiApplication::clipboard()->setText(asTable()); });
    menu->addSeparator();
    addFigureActions(*menu, *m_chart);
    menu->popup(at);
}

}  // namespace lorashear::ui
