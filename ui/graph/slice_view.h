#pragma once

#include "core/trace/structure.h"

#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// Where the groups of a node group lie: every tensor it touches as a rectangle to scale (one scale for all), the rows or columns of one group as a stripe in each,
/// those of groups that go hatched. Left and Right walk from group to group, Home and End jump, a click takes the group under the pointer.
class SliceView : public QWidget {
    Q_OBJECT
public:
    explicit SliceView(QWidget* parent = nullptr);

    /// goes: groups that a plan or run takes away, by index; empty: none.
    void setGroups(const Structure& structure, const NodeGroup& group, std::vector<bool> goes);
    void showNothing();
    void setGroup(int index);  ///< without a signal
    int group() const { return m_group; }
    int tensors() const { return int(m_tensors.size()); }
    QRectF rectOf(int tensor) const;    ///< the tensor's rectangle, in the widget
    QRectF stripeOf(int tensor) const;  ///< of the chosen group, at least two pixels thick
    QString words() const;              ///< which group, and where it lies
    QSize sizeHint() const override { return {300, heightForWidth(300)}; }
    QSize minimumSizeHint() const override { return {160, heightForWidth(160)}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void groupChosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Tensor {
        GroupSlice slice;
        double rows = 1, columns = 1;
        double length() const { return slice.dim == 0 ? rows : columns; }
    };
    std::vector<QRectF> places(int width) const;  ///< of the tensors with their names below
    QSizeF sizeOf(const Tensor& tensor) const;
    QRectF stripe(const Tensor& tensor, const QRectF& rect, int group) const;
    void paintTensor(QPainter& painter, const Tensor& tensor, const QRectF& place) const;
    void choose(int index);
    QString more() const;  ///< what else there is to say, in a line; "": nothing
    void describe();

    std::vector<Tensor> m_tensors;
    std::vector<bool> m_goes;
    UnitKind m_unit = UnitKind::Other;
    int m_count = 0, m_group = 0, m_left = 0;  ///< groups, the chosen one, tensors for which there is no room
};

/// Rows and columns of a tensor, a vector being one column; false: its shape is not known.
bool extentOf(const Structure& structure, const std::string& tensor, double& rows, double& columns);

}  // namespace lorashear::ui
