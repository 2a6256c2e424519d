#include "ui/widgets/setting_list.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"

#include <QFont>

#include <algorithm>

namespace lorashear::ui {

namespace {

QString words(const std::string& text) {
    return QString::fromStdString(text);
}

bool samePlaces(const std::vector<RecipeValue>& a, const std::vector<RecipeValue>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const RecipeValue& x, const RecipeValue& y) { return x.pointer == y.pointer; });
}

}  // namespace

SettingList::SettingList(Session& session, QObject* parent) : QAbstractTableModel(parent), m_session(session) {
    refresh();
}

void SettingList::refresh() {
    std::vector<RecipeValue> values = recipeValues(m_session.recipe());
    if (samePlaces(values, m_values)) {  // keeps selection and scroll position
        m_values = std::move(values);
        if (!m_values.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    m_values = std::move(values);
    endResetModel();
}

int SettingList::rowOf(const std::string& pointer) const {
    const auto found =
        std::find_if(m_values.begin(), m_values.end(), [&](const RecipeValue& value) { return value.pointer == pointer; });
    return found == m_values.end() ? -1 : int(found - m_values.begin());
}

bool SettingList::canEdit(int row) const {
    return !at(row).pointer.starts_with("/model/");
}

bool SettingList::canReset(int row) const {
    return canEdit(row) && at(row).changed;
}

void SettingList::reset(int row) {
    if (canReset(row)) setData(index(row, Value), words(defaultText(at(row).about)));
}

int SettingList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_values.size());
}

int SettingList::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(Columns);
}

QVariant SettingList::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const RecipeValue& value = at(index.row());
    if (role == kChangedRole) return value.changed;
    if (role == Qt::ToolTipRole) return coreText(value.about.help);
    if (role == Qt::FontRole && value.changed) {
        QFont font;
        font.setBold(true);
        return font;
    }
    if (index.column() == Pointer) return role == Qt::DisplayRole ? QVariant(words(value.pointer)) : QVariant();
    if (role == Qt::EditRole) return words(value.text);
    if (role != Qt::DisplayRole) return {};
    if (value.text.empty()) return tr("(empty)");
    const bool counted = !value.about.unit.empty() && value.text != "null";
    return counted ? words(value.text) + QLatin1Char(' ') + coreText(value.about.unit) : words(value.text);
}

bool SettingList::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Value) return false;
    const std::string pointer = at(index.row()).pointer, text = value.toString().toStdString();
    if (text == at(index.row()).text) return true;
    bool taken = false;
    m_session.edit(words(pointer), [&](Recipe& recipe) {
        recipe = withRecipeValue(recipe, pointer, text);
        taken = true;
    });
    return taken;
}

QVariant SettingList::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= Columns) return {};
    return section == Pointer ? tr("Setting") : tr("Value");
}

Qt::ItemFlags SettingList::flags(const QModelIndex& index) const {
    Qt::ItemFlags result = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Value && canEdit(index.row())) result |= Qt::ItemIsEditable;
    return result;
}

}  // namespace lorashear::ui
