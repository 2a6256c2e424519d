#pragma once

#include <QLayout>
#include <QList>

class QLabel;

namespace lorashear::ui {

/// Items side by side, in as many rows as the width asks for; nothing is squeezed or cut.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(int across = 20, int down = 6);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { m_items.append(item); }
    int count() const override { return int(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place({0, 0, width, 0}, false); }
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int place(const QRect& outside, bool really) const;  ///< its height

    QList<QLayoutItem*> m_items;
    int m_across, m_down;
};

/// A headline number over its caption (objectName + "_caption") in a widget of their own, which can be hidden; returns the number's label.
QLabel* addFigure(FlowLayout* to, const QString& objectName, const QString& caption, QWidget* parent);

}  // namespace lorashear::ui
