#pragma once

#include <QString>
#include <QWidget>

namespace lorashear::ui {

/// What charts share whose items stand side by side along x and of which one may be chosen: keys, pointer, focus, tips, what a screen reader hears. Left and Right
/// walk, Page Up and Page Down walk by a tenth, Home and End jump, a click chooses.
class ItemStrip : public QWidget {
    Q_OBJECT
public:
    int current() const { return m_current; }  ///< an item's id; -1: none
    void setCurrent(int id);                   ///< without a signal; one that is not there: none

Q_SIGNALS:
    void currentChanged(int id);

protected:
    ItemStrip(const QString& objectName, const QString& accessibleName, QWidget* parent);

    virtual int itemCount() const = 0;
    virtual int idAt(int position) const { return position; }  ///< within the count
    virtual int positionAt(double x) const = 0;                ///< of what stands there, or nearest; -1 without items
    virtual QString wordsAt(int position) const = 0;           ///< all of an item in a sentence
    virtual QString wordsOfAll() const = 0;                    ///< where none is chosen
    virtual QString tipWithoutItems() const { return {}; }

    int positionOf(int id) const;  ///< -1: not there
    void choose(int position);     ///< the nearest that there is, with a signal
    void itemsChanged();           ///< another set of items: what is gone is not chosen any more
    void describe();               ///< to screen readers, as things are

    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

    int m_current = -1;
};

}  // namespace lorashear::ui
