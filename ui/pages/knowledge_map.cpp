#include "ui/pages/knowledge_map.h"

#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/pages/node_group_menu.h"
#include "ui/theme/format.h"
#include "ui/widgets/heat_map.h"
#include "ui/widgets/histogram.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

/// Names of the places of one kind: the unit, with a number where a layer has several node groups of it.
struct Kinds {
    QStringList names;
    std::map<std::pair<UnitKind, int>, int> places;
};

Kinds kindsOf(const std::map<std::pair<UnitKind, int>, int>& found) {
    Kinds kinds;
    for (const auto& [which, ignored] : found) {
        const bool several = found.count({which.first, 1}) > 0;
        const QString unit = unitWord(int(which.first));
        kinds.places[which] = int(kinds.names.size());
        kinds.names << (several ? KnowledgeMap::tr("%1 %2").arg(unit, formatInteger(which.second + 1)) : unit);
    }
    return kinds;
}

}  // namespace

KnowledgeMap::KnowledgeMap(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_map(new HeatMap(QStringLiteral("knowledgeMap"), tr("Loss added by masking, layers by units"), this)),
      m_words(makeMuted({}, this)),
      m_histogram(
          new Histogram(QStringLiteral("knowledgeHistogram"), tr("Node groups by the loss that masking them adds"), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeHeading(tr("Over the depth: layers by units"), this));
    m_map->setScaleWords(tr("nats per token, logarithmic"));
    m_map->setEmptyText(tr("Open a model, then Analyse: every layer gets the colour of what masking part of it costs."));
    column->addWidget(m_map, 5);
    m_words->setObjectName(QStringLiteral("knowledgeMapWords"));
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    whenTypeChanges(*m_words, [this] { m_words->setMinimumHeight(2 * m_words->fontMetrics().lineSpacing()); });
    column->addWidget(m_words);
    column->addWidget(makeHeading(tr("How many node groups add how much"), this));
    m_histogram->setUnit(tr("nats per token"));
    m_histogram->setEmptyText(tr("Nothing measured yet."));
    column->addWidget(m_histogram, 3);
    connect(m_map, &HeatMap::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    connect(m_map, &HeatMap::menuWanted, this,
            [this](int id, const QPoint& at) { showNodeGroupMenu(m_studio, id, at, m_map); });
    connect(m_map, &HeatMap::lockToggled, this, [this](int id) {
        Session& session = m_studio.session();
        if (!session.structure()->nodeGroups[std::size_t(id)].prunable) return;
        session.setOverride(id, session.overrideOf(id) == Override::Protect ? Override::Automatic : Override::Protect);
    });
    refresh();
}

void KnowledgeMap::refresh() {
    const Session& session = m_studio.session();
    const auto& entries = session.knowledgeEntries();
    const auto entryOf = [&](int id) {
        return std::find_if(entries.begin(), entries.end(), [&](const NodeGroupKnowledge& k) { return k.nodeGroup == id; });
    };
    std::vector<int> shown;
    QStringList layers;
    std::vector<HeatCell> cells;
    std::vector<Histogram::Value> values;
    QStringList units;
    if (const auto& structure = session.structure()) {
        int deepest = -1;
        std::map<std::pair<UnitKind, int>, int> found;
        std::map<std::pair<int, UnitKind>, int> inLayer;
        std::vector<std::pair<UnitKind, int>> which;
        for (const int id : session.shownNodeGroups()) {
            const NodeGroup& group = structure->nodeGroups[std::size_t(id)];
            if (group.layer < 0) continue;
            deepest = std::max(deepest, group.layer);
            which.push_back({group.unit, inLayer[{group.layer, group.unit}]++});
            found[which.back()] = 0;
            shown.push_back(id);
        }
        const Kinds kinds = kindsOf(found);
        units = kinds.names;
        for (int layer = 0; layer <= deepest; ++layer) layers << QString::number(layer);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const NodeGroup& group = structure->nodeGroups[std::size_t(shown[i])];
            const auto entry = entryOf(shown[i]);
            HeatCell cell;
            cell.id = shown[i];
            cell.along = group.layer;
            cell.across = kinds.places.at(which[i]);
            cell.measured = entry != entries.end() && entry->measured;
            if (cell.measured) {
                cell.value = entry->deviation;
                cell.spread = entry->spread;
                values.push_back({cell.id, cell.value});
            }
            cell.locked = !whyKeptWhole(session, cell.id).isEmpty();
            cell.name = QString::fromStdString(group.name);
            cell.words = tr("%1: %2").arg(cell.name, knowledgeWords(session, cell.id));
            cells.push_back(std::move(cell));
        }
    }
    m_map->setCells(std::move(cells), layers, tr("layer"), units);
    m_map->setCurrent(session.selection().nodeGroup);
    m_words->setText(m_map->cells().empty() ? QString() : m_map->accessibleDescription());
    m_histogram->setValues(std::move(values));
    m_histogram->setCurrent(session.selection().nodeGroup);
}

}  // namespace lorashear::ui
