#pragma once

#include "core/run/recipe_values.h"

#include <QAbstractTableModel>

#include <vector>

namespace lorashear::ui {

class Session;

/// Every value of the session's recipe, one a row, from the tables that also read and check it. Values are edited as text; an edit is one
/// step of undo, and one that no recipe can hold is refused by the session. GUI thread only.
class SettingList : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Pointer, Value, Columns };
    static constexpr int kChangedRole = Qt::UserRole + 1;  ///< bool: differs from the default

    explicit SettingList(Session& session, QObject* parent = nullptr);
    void refresh();  ///< up to the session's recipe; whoever shows the list asks for it

    const RecipeValue& at(int row) const { return m_values.at(std::size_t(row)); }
    int rowOf(const std::string& pointer) const;  ///< -1: not there
    bool canEdit(int row) const;                  ///< the model itself is opened elsewhere
    /// False if the value has no default, or has it.
    bool canReset(int row) const;
    void reset(int row);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    Session& m_session;
    std::vector<RecipeValue> m_values;
};

}  // namespace lorashear::ui
