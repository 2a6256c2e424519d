#include "ui/pages/head_table.h"

#include "ui/theme/format.h"

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kHardly = 0.01, kLittle = 0.1, kFullColour = 0.5;  ///< kFullColour: change with the strongest colour
constexpr double kStrongest = 0.4;                                  ///< share of that colour: words on it stay readable

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int from, int to) { return int(std::lround(from + (to - from) * share)); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

}  // namespace

QString changeWords(double change) {
    return (change >= 0 ? QStringLiteral("+") : QString()) + formatPercent(change);
}

int gradeOf(double change) {
    return change < kHardly ? 0 : change < kLittle ? 1 : 2;
}

void HeadTable::setStructure(const Structure* structure) {
    beginResetModel();
    m_heads.clear();
    m_rows.clear();
    m_answers.clear();
    m_columns = 0;
    if (structure) {
        const auto any = [&](UnitKind unit) {
            return std::any_of(structure->nodeGroups.begin(), structure->nodeGroups.end(),
                               [unit](const NodeGroup& group) { return group.unit == unit && group.prunable; });
        };
        const UnitKind unit = any(UnitKind::Attention) ? UnitKind::Attention : UnitKind::QueryHeads;
        for (const NodeGroup& group : structure->nodeGroups) {
            if (group.unit != unit || !group.prunable) continue;
            m_rows.push_back({group.layer, int(m_heads.size()), group.count});
            for (int i = 0; i < group.count; ++i) m_heads.push_back({group.id, i});
            m_columns = std::max(m_columns, group.count);
        }
    }
    endResetModel();
}

void HeadTable::setAnswers(std::vector<HeadAnswer> answers) {
    m_answers = std::move(answers);
    if (!m_heads.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void HeadTable::setColors(const QColor& card, const QColor& much) {
    m_card = card;
    m_much = much;
}

int HeadTable::number(const QModelIndex& index) const {
    if (!index.isValid() || index.row() >= rowCount()) return -1;
    const BlockRow& row = m_rows[std::size_t(index.row())];
    return index.column() < row.count ? row.first + index.column() : -1;
}

QModelIndex HeadTable::indexOf(int number) const {
    for (int row = 0; row < rowCount(); ++row) {
        const BlockRow& block = m_rows[std::size_t(row)];
        if (number >= block.first && number < block.first + block.count) return index(row, number - block.first);
    }
    return {};
}

QString HeadTable::name(int number) const {
    const QModelIndex at = indexOf(number);
    return at.isValid() ? tr("Block %1, head %2").arg(m_rows[std::size_t(at.row())].block).arg(at.column() + 1) : QString();
}

QString HeadTable::words(int number) const {
    const HeadAnswer answer = number < int(m_answers.size()) ? m_answers[std::size_t(number)] : HeadAnswer{};
    static const char* const kGuesses[] = {QT_TR_NOOP("hardly"), QT_TR_NOOP("a little"), QT_TR_NOOP("a lot")};
    QString said = answer.change    ? tr("%1: perplexity %2 without it").arg(name(number), changeWords(*answer.change))
                   : answer.waiting ? tr("%1: being measured").arg(name(number))
                                    : tr("%1: not tried").arg(name(number));
    if (answer.guess >= 0) said += tr("; you said: %1").arg(tr(kGuesses[answer.guess]));
    return said;
}

QVariant HeadTable::data(const QModelIndex& index, int role) const {
    const int at = number(index);
    if (at < 0) return {};
    const HeadAnswer answer = at < int(m_answers.size()) ? m_answers[std::size_t(at)] : HeadAnswer{};
    switch (role) {
        case Qt::DisplayRole:
            if (answer.change) return changeWords(*answer.change);
            return answer.waiting ? QStringLiteral("…") : QStringLiteral("?");
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole: return words(at);
        case Qt::TextAlignmentRole: return int(Qt::AlignCenter);
        case Qt::BackgroundRole:
            if (!answer.change || !m_card.isValid()) return {};
            return mixed(m_card, m_much, kStrongest * std::clamp(*answer.change / kFullColour, 0.0, 1.0));
        default: return {};
    }
}

QVariant HeadTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) return {};
    if (orientation == Qt::Horizontal) return tr("Head %1").arg(section + 1);
    return section < rowCount() ? tr("Block %1").arg(m_rows[std::size_t(section)].block) : QString();
}

Qt::ItemFlags HeadTable::flags(const QModelIndex& index) const {
    return number(index) < 0 ? Qt::NoItemFlags : Qt::ItemIsSelectable | Qt::ItemIsEnabled;
}

}  // namespace lorashear::ui
