#include "ui/graph/slice_view.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/inks.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kMostTensors = 8;  ///< more are named in a line: of a residual stream there are hundreds
constexpr double kLongestSide = 92, kThinnestSide = 7;  ///< sides of rectangles
constexpr double kBetweenTensors = 14;
constexpr double kReadableGroup = 4;  ///< pixels a group must have for its borders to be drawn

/// "…mlp.gate_proj" of "model.layers.0.mlp.gate_proj.weight".
QString shortTensorName(const std::string& tensor) {
    QStringList parts = QString::fromStdString(tensor).split(QLatin1Char('.'));
    if (parts.size() > 1 && parts.last() == QLatin1String("weight")) parts.removeLast();
    return parts.last();
}

}  // namespace

bool extentOf(const Structure& structure, const std::string& tensor, double& rows, double& columns) {
    const auto found = structure.tensors.find(tensor);
    if (found == structure.tensors.end() || found->second.empty()) return false;
    rows = double(found->second.front());
    columns = 1;
    for (std::size_t i = 1; i < found->second.size(); ++i) columns *= double(found->second[i]);
    return rows > 0 && columns > 0;
}

SliceView::SliceView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("inspectorStripes"));
    setAccessibleName(tr("Rows and columns of one group in every tensor"));
    setFocusPolicy(Qt::StrongFocus);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    describe();
}

void SliceView::setGroups(const Structure& structure, const NodeGroup& group, std::vector<bool> goes) {
    m_tensors.clear();
    m_left = 0;
    m_goes = std::move(goes);
    m_unit = group.unit;
    m_count = group.count;
    m_group = std::clamp(m_group, 0, std::max(0, m_count - 1));
    for (const auto* slices : {&group.primary, &group.secondary})
        for (const GroupSlice& slice : *slices) {
            Tensor tensor{slice};
            if (!extentOf(structure, slice.tensor, tensor.rows, tensor.columns)) continue;
            if (tensors() < kMostTensors)
                m_tensors.push_back(tensor);
            else
                ++m_left;
        }
    setVisible(!m_tensors.empty() && m_count > 0);
    updateGeometry();
    describe();
    update();
}

void SliceView::showNothing() {
    m_tensors.clear();
    m_count = m_left = 0;
    hide();
}

void SliceView::setGroup(int index) {
    if (index < 0 || index >= m_count || index == m_group) return;
    m_group = index;
    describe();
    update();
}

void SliceView::choose(int index) {
    if (m_count == 0) return;
    setGroup(std::clamp(index, 0, m_count - 1));
    Q_EMIT groupChosen(m_group);
}

QSizeF SliceView::sizeOf(const Tensor& tensor) const {
    double longest = 1;
    for (const Tensor& one : m_tensors) longest = std::max({longest, one.rows, one.columns});
    return {std::max(kThinnestSide, tensor.columns / longest * kLongestSide),
            std::max(kThinnestSide, tensor.rows / longest * kLongestSide)};
}

std::vector<QRectF> SliceView::places(int width) const {
    std::vector<QRectF> all;
    const double line = fontMetrics().height();
    double x = 1, y = 1, row = 0;
    for (const Tensor& tensor : m_tensors) {
        const QSizeF size = sizeOf(tensor);
        const double wide =
            std::max(size.width(), double(fontMetrics().horizontalAdvance(shortTensorName(tensor.slice.tensor))));
        if (x > 1 && x + wide > width) x = 1, y += row + 6, row = 0;
        all.push_back({x, y, wide, size.height() + line});
        x += wide + kBetweenTensors;
        row = std::max(row, size.height() + line);
    }
    return all;
}

int SliceView::heightForWidth(int width) const {
    double bottom = 0;
    for (const QRectF& place : places(width)) bottom = std::max(bottom, place.bottom());
    return int(std::ceil(bottom)) + 2 * fontMetrics().height() + 8;
}

QRectF SliceView::rectOf(int tensor) const {
    return {places(width()).at(std::size_t(tensor)).topLeft(), sizeOf(m_tensors.at(std::size_t(tensor)))};
}

QRectF SliceView::stripe(const Tensor& tensor, const QRectF& rect, int group) const {
    const double from = double(tensor.slice.begin(group)) / tensor.length(),
                 length = double(tensor.slice.length) / tensor.length();
    return tensor.slice.dim == 0
               ? QRectF(rect.left(), rect.top() + from * rect.height(), rect.width(), length * rect.height())
               : QRectF(rect.left() + from * rect.width(), rect.top(), length * rect.width(), rect.height());
}

QRectF SliceView::stripeOf(int tensor) const {
    const Tensor& one = m_tensors.at(std::size_t(tensor));
    QRectF rect = stripe(one, rectOf(tensor), m_group);
    if (one.slice.dim == 0 && rect.height() < 2) rect.setHeight(2);
    if (one.slice.dim == 1 && rect.width() < 2) rect.setWidth(2);
    return rect;
}

QString SliceView::words() const {
    if (m_count == 0) return {};
    QStringList where;
    for (const Tensor& tensor : m_tensors) {
        const qint64 first = tensor.slice.begin(m_group), last = first + tensor.slice.length - 1;
        const QString range =
            first == last ? formatInteger(first) : QStringLiteral("%1–%2").arg(formatInteger(first), formatInteger(last));
        where << (tensor.slice.dim == 0 ? tr("rows %1 of %2") : tr("columns %1 of %2"))
                     .arg(range, shortTensorName(tensor.slice.tensor));
    }
    return tr("Group %1 of %2: %3").arg(formatInteger(m_group), formatInteger(m_count), where.join(QStringLiteral(", ")));
}

QString SliceView::more() const {
    const auto going = std::count(m_goes.begin(), m_goes.end(), true);
    QStringList words;
    if (going > 0)
        words << (going == 1 ? tr("1 group goes: hatched") : tr("%1 groups go: hatched").arg(formatInteger(qint64(going))));
    if (m_left > 0)
        words << (m_left == 1 ? tr("1 more tensor is in the table")
                              : tr("%1 more tensors are in the table").arg(formatInteger(m_left)));
    return words.join(QStringLiteral(" · "));
}

void SliceView::describe() {
    QStringList all{words(), more()};
    all.removeAll(QString());
    setAccessibleDescription(all.join(QStringLiteral(". ")));
}

void SliceView::paintTensor(QPainter& painter, const Tensor& tensor, const QRectF& place) const {
    const Colors& c = colors(palette());
    const QRectF rect(place.topLeft(), sizeOf(tensor));
    painter.fillRect(rect, c.card);
    const bool down = tensor.slice.dim == 0;
    // What goes, by the pixel: neighbours run together, and thousands of groups cost no more than the pixels there are.
    const double side = down ? rect.height() : rect.width();
    std::vector<bool> hatched(std::size_t(std::ceil(side)), false);
    for (int j = 0; j < m_count && std::size_t(j) < m_goes.size(); ++j) {
        if (!m_goes[std::size_t(j)]) continue;
        const double from = double(tensor.slice.begin(j)) / tensor.length() * side,
                     to = double(tensor.slice.begin(j) + tensor.slice.length) / tensor.length() * side;
        for (std::size_t i = std::size_t(from); i < hatched.size() && double(i) < std::max(to - 0.5, from + 0.5); ++i)
            hatched[i] = true;
    }
    for (std::size_t i = 0; i < hatched.size(); ++i) {
        if (!hatched[i]) continue;
        std::size_t end = i;
        while (end < hatched.size() && hatched[end]) ++end;
        const double at = double(i), length = double(end - i);
        painter.fillRect(down ? QRectF(rect.left(), rect.top() + at, rect.width(), length)
                              : QRectF(rect.left() + at, rect.top(), length, rect.height()),
                         QBrush(c.warn, Qt::BDiagPattern));
        i = end;
    }
    painter.setPen(QPen(c.border, 1));
    if (double(tensor.slice.stride) / tensor.length() * side >= kReadableGroup)
        for (int j = 1; j < m_count; ++j) {
            const QRectF one = stripe(tensor, rect, j);
            painter.drawLine(one.topLeft(), down ? one.topRight() : one.bottomLeft());
        }
    painter.setPen(QPen(c.muted, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect);
    painter.setPen(c.muted);
    painter.drawText(
        QRectF(place.left(), rect.bottom() + 1, width() - place.left(), fontMetrics().height()), Qt::AlignLeft,
        fontMetrics().elidedText(shortTensorName(tensor.slice.tensor), Qt::ElideRight, width() - int(place.left())));
}

void SliceView::paintEvent(QPaintEvent*) {
    if (m_tensors.empty()) return;
    QPainter painter(this);
    const Colors& c = colors(palette());
    const std::vector<QRectF> all = places(width());
    for (int i = 0; i < tensors(); ++i) {
        paintTensor(painter, m_tensors[std::size_t(i)], all[std::size_t(i)]);
        painter.fillRect(stripeOf(i), unitColor(m_unit, c.dark));
    }
    const int line = fontMetrics().height();
    painter.setPen(c.muted);
    const auto below = [&](int from, const QString& text) {
        painter.drawText(QRect(0, height() - from * line - 3, width(), line), Qt::AlignLeft,
                         fontMetrics().elidedText(text, Qt::ElideRight, width()));
    };
    below(2, tr("Group %1 of %2: ← and → walk").arg(formatInteger(m_group), formatInteger(m_count)));
    below(1, more());
    if (!hasFocus()) return;
    painter.setPen(QPen(c.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

void SliceView::mousePressEvent(QMouseEvent* event) {
    for (int i = 0; i < tensors(); ++i) {
        const Tensor& tensor = m_tensors[std::size_t(i)];
        const QRectF rect = rectOf(i);
        if (!rect.contains(event->position())) continue;
        const QPointF inside = event->position() - rect.topLeft();
        const double index =
            tensor.slice.dim == 0 ? inside.y() / rect.height() * tensor.rows : inside.x() / rect.width() * tensor.columns;
        return choose(int((index - double(tensor.slice.offset)) / double(std::max<std::int64_t>(1, tensor.slice.stride))));
    }
    QWidget::mousePressEvent(event);
}

void SliceView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left: return choose(m_group - 1);
        case Qt::Key_Right: return choose(m_group + 1);
        case Qt::Key_Home: return choose(0);
        case Qt::Key_End: return choose(m_count - 1);
        default: QWidget::keyPressEvent(event);
    }
}

void SliceView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void SliceView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool SliceView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), accessibleDescription(), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace lorashear::ui
