#include "ui/plots/parallel_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {

constexpr double kLineReach = 8;                        ///< pixels from a line at which the mouse has it
constexpr double kBesideAxes = 0.4, kAboveAxes = 0.16;  ///< room around the axes, of the distance of two and of the height
constexpr double kLineMark = 8, kLitWidth = 2, kPaleWidth = 1;  ///< pixels
constexpr int kPaleLine = 150;

}  // namespace

ParallelPlot::ParallelPlot(const QString& objectName, const QString& title, std::vector<Axis> axes, QWidget* parent)
    : Plot(
          objectName,
          {title,
           tr("Every line is a run, every axis a figure, the largest above\nChoose a run: click, Up and Down\nOpen it: double-click, Enter"),
           tr("The run that is chosen or under the mouse"), true},
          parent),
      m_axes(std::move(axes)) {
    QCustomPlot& plot = canvas();
    plot.legend->setVisible(false);
    plot.yAxis->setVisible(false);
    plot.xAxis->grid()->setVisible(false);
    plot.yAxis->grid()->setVisible(false);
    plot.xAxis->setSubTicks(false);
    const QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    for (std::size_t i = 0; i < m_axes.size(); ++i) ticker->addTick(double(i), m_axes[i].title);
    plot.xAxis->setTicker(ticker);
    connect(&plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        if (event->button() != Qt::LeftButton) return;
        setFocus(Qt::MouseFocusReason);
        pick(nearest(event->pos()));
    });
    connect(&plot, &QCustomPlot::mouseDoubleClick, this, [this](const QMouseEvent* event) {
        if (const Line* line = nearest(event->pos())) Q_EMIT activated(QString(line->name));
    });
    finish();
}

void ParallelPlot::setLines(std::vector<Line> lines) {
    m_lines = std::move(lines);
    touch();
}

void ParallelPlot::setLit(const QStringList& names) {
    m_lit = names;
    touch();
}

void ParallelPlot::setCurrent(const QString& name) {
    m_current = name;
    touch();
    refresh();
}

ParallelPlot::Ends ParallelPlot::endsOf(std::size_t axis) const {
    Ends ends{HUGE_VAL, -HUGE_VAL, false};
    for (const Line& line : m_lines) {
        const double value = line.values[axis];
        if (!std::isfinite(value)) continue;
        ends = {std::min(ends.low, value), std::max(ends.high, value), true};
    }
    return ends;
}

/// All at one value stand in the middle.
double ParallelPlot::heightOf(std::size_t axis, double value) const {
    const Ends ends = endsOf(axis);
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
    return ends.high > ends.low ? (value - ends.low) / (ends.high - ends.low) : 0.5;
}

void ParallelPlot::drawAxes(const Colors& c) {
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        auto* axis = new QCPItemLine(&canvas());
        axis->start->setCoords(double(i), 0);
        axis->end->setCoords(double(i), 1);
        axis->setPen(QPen(c.border, 1));
        const Ends ends = endsOf(i);
        if (!ends.known) continue;
        const auto add = [&](double height, double value, Qt::Alignment where) {
            auto* words = new QCPItemText(&canvas());
            words->position->setCoords(double(i), height);
            words->setPositionAlignment(where | Qt::AlignHCenter);
            words->setText(m_axes[i].words(value));
            words->setFont(font());
            words->setColor(c.muted);
        };
        add(ends.high > ends.low ? 1.02 : 0.52, ends.high, Qt::AlignBottom);
        if (ends.high > ends.low) add(-0.02, ends.low, Qt::AlignTop);
    }
}

void ParallelPlot::drawLine(const Line& line, const Colors& c) {
    const int lit = int(m_lit.indexOf(line.name));
    QColor pale = c.muted;
    pale.setAlpha(kPaleLine);
    const QColor ink = lit >= 0 ? okabeIto(lit, c.dark) : pale;
    QCPGraph* graph = canvas().addGraph();
    QVector<double> x, y;
    for (std::size_t i = 0; i < m_axes.size(); ++i) x << double(i), y << heightOf(i, line.values[i]);
    graph->setData(x, y);
    graph->setPen(
        QPen(line.name == m_current ? c.accent : ink, line.name == m_current || lit >= 0 ? kLitWidth : kPaleWidth));
    if (lit >= 0)
        graph->setScatterStyle(markStyle(lit, kLineMark, MarkLook::Full, ink));
    else
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, ink, kLineMark / 2));
    m_drawn.emplace_back(line.name, graph);
}

/// What is lit lies above what is not.
void ParallelPlot::draw() {
    const Colors& c = colors(palette());
    canvas().clearGraphs();
    canvas().clearItems();
    m_drawn.clear();
    drawAxes(c);
    const auto isLit = [this](const Line& line) { return m_lit.contains(line.name) || line.name == m_current; };
    for (const bool lit : {false, true})
        for (const Line& line : m_lines)
            if (isLit(line) == lit) drawLine(line, c);
    canvas().xAxis->setRange(-kBesideAxes, double(m_axes.size()) - 1 + kBesideAxes);
    canvas().yAxis->setRange(-kAboveAxes, 1 + kAboveAxes);
    const Line* current = find(m_current);
    setWords(current ? wordsOf(*current) : QString());
}

const ParallelPlot::Line* ParallelPlot::find(const QString& name) const {
    const auto at = std::find_if(m_lines.begin(), m_lines.end(), [&](const Line& line) { return line.name == name; });
    return at == m_lines.end() ? nullptr : &*at;
}

const ParallelPlot::Line* ParallelPlot::nearest(const QPoint& at) const {
    double least = kLineReach;
    const Line* best = nullptr;
    for (const auto& [name, graph] : m_drawn)
        if (const double far = graph->selectTest(at, false); far >= 0 && far <= least) least = far, best = find(name);
    return best;
}

QPoint ParallelPlot::placeOf(const QString& name, int axis) const {
    const Line* line = find(name);
    if (!line) return {};
    return {int(std::lround(canvas().xAxis->coordToPixel(axis))),
            int(std::lround(canvas().yAxis->coordToPixel(heightOf(std::size_t(axis), line->values[std::size_t(axis)]))))};
}

QString ParallelPlot::wordsOf(const Line& line) const {
    QStringList words;
    for (std::size_t i = 0; i < m_axes.size(); ++i)
        if (std::isfinite(line.values[i])) words << tr("%1 %2").arg(m_axes[i].title, m_axes[i].words(line.values[i]));
    return tr("%1: %2").arg(line.title, words.join(QStringLiteral(" · ")));
}

void ParallelPlot::pick(const Line* line) {
    if (!line) return;
    const QString name = line->name;  // whoever hears of it may set other lines
    setCurrent(name);
    Q_EMIT picked(name);
}

void ParallelPlot::pointAt(const QPoint& at) {
    const Line* line = nearest(at);
    if (!line) line = find(m_current);
    setWords(line ? wordsOf(*line) : QString());
}

void ParallelPlot::pointAtNothing() {
    const Line* line = find(m_current);
    setWords(line ? wordsOf(*line) : QString());
}

QString ParallelPlot::summary() const {
    QStringList words;
    for (std::size_t i = 0; i < m_axes.size(); ++i)
        if (const Ends ends = endsOf(i); ends.known)
            words << tr("%1 from %2 to %3").arg(m_axes[i].title, m_axes[i].words(ends.low), m_axes[i].words(ends.high));
    return m_lines.empty()
               ? QString()
               : tr("Lines: %1; %2").arg(formatInteger(qint64(m_lines.size())), words.join(QStringLiteral("; ")));
}

FigureTable ParallelPlot::figureTable() const {
    FigureTable table;
    table.columns.push_back({tr("Run"), false});
    for (const Axis& axis : m_axes) table.columns.push_back({axis.title});
    for (const Line& line : m_lines) {
        std::vector<QVariant> row{line.title};
        for (double value : line.values) row.push_back(std::isfinite(value) ? QVariant(value) : QVariant());
        table.rows.push_back(std::move(row));
    }
    return table;
}

void ParallelPlot::keyPressEvent(QKeyEvent* event) {
    const Line* now = find(m_current);
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && now) return activated(m_current);
    const bool up = event->key() == Qt::Key_Up, down = event->key() == Qt::Key_Down;
    if ((!up && !down) || m_lines.empty()) return QWidget::keyPressEvent(event);
    const auto last = m_lines.size() - 1;
    const auto at = now ? std::size_t(now - m_lines.data()) : 0;
    pick(&m_lines[!now ? 0 : up ? (at > 0 ? at - 1 : 0) : std::min(at + 1, last)]);
}

}  // namespace lorashear::ui
