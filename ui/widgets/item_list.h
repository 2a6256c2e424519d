#pragma once

#include "core/run/recipe.h"

#include <QWidget>

#include <functional>
#include <utility>
#include <vector>

class QListWidget;
class QPushButton;

namespace lorashear::ui {

class Session;

/// What a list of the recipe is to an ItemList.
struct ItemOps {
    std::function<int(Recipe&)> count;
    std::function<QString(Recipe&, int)> title, toolTip;
    std::function<void(Recipe&, int)> remove;
    std::function<void(Recipe&, int, int)> swap;
    int least = 0;  ///< so many stay
};

/// The operations of a vector that `items` finds in a recipe.
template <class T>
ItemOps itemOps(std::function<std::vector<T>&(Recipe&)> items, std::function<QString(const T&)> title,
                std::function<QString(const T&)> toolTip, int least = 0) {
    const auto at = [items](Recipe& r, int i) -> T& { return items(r).at(std::size_t(i)); };
    return {[items](Recipe& r) { return int(items(r).size()); },
            [at, title](Recipe& r, int i) { return title(at(r, i)); },
            [at, toolTip](Recipe& r, int i) { return toolTip(at(r, i)); },
            [items](Recipe& r, int i) { items(r).erase(items(r).begin() + i); },
            [at](Recipe& r, int i, int j) { std::swap(at(r, i), at(r, j)); },
            least};
}

/// A list of the recipe with buttons to add, remove and order its items; each press is one undoable edit. One item is always chosen while
/// there are any: forms below show it. Insert adds, Delete removes, Alt with the arrows moves.
class ItemList : public QWidget {
    Q_OBJECT
public:
    /// `what`: one item in a word ("text"), for tips and undo.
    ItemList(Session& session, const QString& name, const QString& label, const QString& what, ItemOps ops,
             QWidget* parent = nullptr);

    int current() const;  ///< -1: there are none
    void choose(int index);
    void refresh();  ///< also called when the recipe changes

Q_SIGNALS:
    void currentChanged(int index);  ///< another item, or the same place after one came or went
    void addWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QPushButton* addButton(const QString& name, const QString& text, const QString& toolTip);
    void removeCurrent();
    void move(int by);
    void enableButtons();
    void fitHeight();

    Session& m_session;
    ItemOps m_ops;
    QString m_what;
    QListWidget* m_list;
    QPushButton *m_add, *m_remove, *m_up, *m_down;
    int m_wanted = 0;  ///< the row that shall be chosen after the next change
};

}  // namespace lorashear::ui
