#include "ui/widgets/histogram.h"

#include "ui/figures/figure_menu.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kBinsMargin = 6, kBinsBetween = 4;  ///< pixels
constexpr int kFewestBins = 5, kMostBins = 24;       ///< by the square root of the count between

}  // namespace

Histogram::Histogram(const QString& objectName, const QString& accessibleName, QWidget* parent) : QWidget(parent) {
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void Histogram::setValues(std::vector<Value> values) {
    m_values = std::move(values);
    m_bins.clear();
    double low = 0, high = 0;
    for (const Value& value : m_values) {
        low = std::min(low, value.value);
        high = std::max(high, value.value);
    }
    if (!m_values.empty()) {
        if (high <= low) high = low + 1;
        const int many = std::clamp(int(std::ceil(2 * std::sqrt(double(m_values.size())))), kFewestBins, kMostBins);
        const double width = (high - low) / many;
        for (int i = 0; i < many; ++i) m_bins.push_back({low + i * width, low + (i + 1) * width, 0});
        for (const Value& value : m_values)
            ++m_bins[std::size_t(std::clamp(int((value.value - low) / width), 0, many - 1))].count;
    }
    if (m_bin >= int(m_bins.size())) m_bin = -1;  // else who walks over the bins stays
    describe();
    update();
}

void Histogram::setEmptyText(const QString& text) {
    m_emptyText = text;
    describe();
    update();
}

void Histogram::setCurrent(int id) {
    m_current = id;
    update();
}

QString Histogram::wordsOf(int bin) const {
    const Bin& of = m_bins[std::size_t(bin)];
    return tr("%1 to %2 %3: %4 of %5")
        .arg(formatNumber(of.from, 3), formatNumber(of.to, 3), m_unit, formatInteger(of.count),
             formatInteger(qint64(m_values.size())));
}

void Histogram::describe() {
    QString words = m_emptyText;
    if (m_bin >= 0) {
        words = wordsOf(m_bin);
    } else if (!m_bins.empty()) {
        const auto fullest =
            std::max_element(m_bins.begin(), m_bins.end(), [](const Bin& a, const Bin& b) { return a.count < b.count; });
        words = tr("%1 values in %2 bins; most of them in one: %3")
                    .arg(formatInteger(qint64(m_values.size())), formatInteger(qint64(m_bins.size())),
                         wordsOf(int(fullest - m_bins.begin())));
    }
    if (words == accessibleDescription()) return;
    setAccessibleDescription(words);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

FigureTable Histogram::figureTable() const {
    FigureTable table;
    table.columns = {{tr("From")}, {tr("To")}, {tr("Count")}};
    for (const Bin& bin : m_bins) table.rows.push_back({bin.from, bin.to, bin.count});
    return table;
}

int Histogram::most() const {
    int most = 1;
    for (const Bin& bin : m_bins) most = std::max(most, bin.count);
    return most;
}

QRectF Histogram::area() const {
    const QFontMetricsF metrics(font());
    const double left = metrics.horizontalAdvance(formatInteger(most())) + kBinsMargin + kBinsBetween;
    return QRectF(QPointF(left, kBinsMargin + metrics.height() / 2),
                  QPointF(width() - kBinsMargin, height() - metrics.height() - 2 * kBinsBetween));
}

double Histogram::xOf(const QRectF& in, double value) const {
    const double low = m_bins.front().from, high = m_bins.back().to;
    return in.left() + (value - low) / (high - low) * in.width();
}

int Histogram::binAt(double x) const {
    if (m_bins.empty()) return -1;
    const QRectF in = area();
    return std::clamp(int((x - in.left()) / in.width() * double(m_bins.size())), 0, int(m_bins.size()) - 1);
}

void Histogram::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& c = colors(palette());
    if (m_bins.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(4, 4, -4, -4), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
    } else {
        const QRectF in = area();
        const QFontMetricsF metrics(painter.fontMetrics());
        const int highest = most();
        for (int i = 0; i < int(m_bins.size()); ++i) {
            const Bin& bin = m_bins[std::size_t(i)];
            const double left = xOf(in, bin.from), right = xOf(in, bin.to);
            const double high = in.height() * bin.count / highest;
            const QRectF bar(left + 0.5, in.bottom() - high, std::max(1.0, right - left - 1), high);
            painter.fillRect(bar, c.accent);
            if (i == m_bin) {
                painter.setPen(QPen(c.text, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(QRectF(left, in.top(), right - left, in.height()));
            }
        }
        painter.setPen(QPen(c.muted, 1));
        painter.drawLine(in.bottomLeft(), in.bottomRight());
        painter.setPen(c.muted);
        for (const int count : {0, highest}) {
            const double y = in.bottom() - in.height() * count / highest;
            painter.drawText(QRectF(0, y - metrics.height() / 2, in.left() - kBinsBetween, metrics.height()),
                             Qt::AlignRight | Qt::AlignVCenter, formatInteger(count));
        }
        const QRectF below(in.left(), in.bottom() + kBinsBetween, in.width(), metrics.height());
        const QString low = formatNumber(m_bins.front().from, 3), high = formatNumber(m_bins.back().to, 3);
        painter.drawText(below, Qt::AlignLeft, low);
        painter.drawText(below, Qt::AlignRight, high);
        const double ends = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + 4 * kBinsBetween;
        painter.drawText(below, Qt::AlignHCenter,
                         metrics.elidedText(m_unit, Qt::ElideRight, std::max(0.0, below.width() - ends)));
        const auto chosen =
            std::find_if(m_values.begin(), m_values.end(), [this](const Value& v) { return v.id == m_current; });
        if (chosen != m_values.end()) {
            const double x = xOf(in, chosen->value);
            painter.setPen(QPen(c.text, 1, Qt::DashLine));
            painter.drawLine(QPointF(x, in.top()), QPointF(x, in.bottom()));
            painter.setBrush(c.text);
            painter.drawEllipse(QPointF(x, in.top()), 3, 3);
        }
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(c.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

void Histogram::choose(int bin) {
    if (m_bins.empty()) return;
    m_bin = std::clamp(bin, 0, int(m_bins.size()) - 1);
    describe();
    update();
}

void Histogram::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    choose(binAt(event->position().x()));
}

void Histogram::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left: return choose(m_bin < 0 ? 0 : m_bin - 1);
        case Qt::Key_Right: return choose(m_bin + 1);
        case Qt::Key_Home: return choose(0);
        case Qt::Key_End: return choose(int(m_bins.size()) - 1);
        default: QWidget::keyPressEvent(event);
    }
}

void Histogram::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addFigureActions(*menu, *this);
    menu->popup(event->globalPos());
}

void Histogram::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void Histogram::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_bin = -1;
    describe();
    update();
}

bool Histogram::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && !m_bins.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), wordsOf(binAt(help->pos().x())), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace lorashear::ui
