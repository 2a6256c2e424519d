#include "ui/widgets/token_ribbon.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/type_size.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kMostLines = 9;           ///< of type, in height: taller bars say no more
constexpr double kSide = 2, kMark = 5;  ///< pixels: at the sides, height of the mark below the first token that differs
}  // namespace

TokenRibbon::TokenRibbon(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : ItemStrip(objectName, accessibleName, parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    whenTypeChanges(*this, [this] { setMaximumHeight(fontMetrics().height() * kMostLines); });
}

QSize TokenRibbon::sizeHint() const {
    return {200, fontMetrics().height() * 2 + 6};
}

void TokenRibbon::setTokens(const QStringList& tokens, const std::vector<double>& kl, int first, const QString& emptyText) {
    m_tokens = tokens;
    m_kl = kl;
    m_kl.resize(std::min(m_kl.size(), std::size_t(m_tokens.size())));
    m_first = first < int(m_kl.size()) ? first : -1;
    m_emptyText = emptyText;
    setCurrent(-1);
}

QString TokenRibbon::wordsOfAll() const {
    return m_kl.empty() ? m_emptyText
                        : tr("%1 %2").arg(formatInteger(qint64(m_kl.size())), countWord(tr("tokens"), qint64(m_kl.size())));
}

void TokenRibbon::setTop(double top) {
    m_top = top;
    update();
}

QString TokenRibbon::words(int token) const {
    if (token < 0 || token >= int(m_kl.size())) return {};
    const QString text =
        tr("token %1 “%2”: %3 nats from the original")
            .arg(QString::number(token + 1), tokenWord(m_tokens[token]), formatNumber(m_kl[std::size_t(token)], 3));
    return token == m_first ? tr("%1; the first that differs").arg(text) : text;
}

int TokenRibbon::positionAt(double x) const {
    const double room = std::max(1.0, width() - 2 * kSide);
    return m_kl.empty() ? -1 : std::clamp(int((x - kSide) / room * double(m_kl.size())), 0, int(m_kl.size()) - 1);
}

void TokenRibbon::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& c = colors(palette());
    if (m_kl.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(2, 0, -2, 0), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
    } else {
        const double base = height() - kMark - 1, tall = base - 2, room = std::max(1.0, width() - 2 * kSide);
        const int count = int(m_kl.size()), columns = std::min(count, std::max(1, int(room)));
        const double step = room / columns;
        const auto columnOf = [&](int token) { return int(qint64(token) * columns / count); };
        for (int column = 0; column < columns; ++column) {
            const auto from = m_kl.begin() + qint64(column) * count / columns,
                       to = m_kl.begin() + qint64(column + 1) * count / columns;
            const double largest = *std::max_element(from, to);
            const double high = m_top > 0 ? std::max(1.0, std::min(1.0, largest / m_top) * tall) : 1;
            painter.fillRect(QRectF(kSide + column * step, base - high, std::max(1.0, step - (step >= 4 ? 1 : 0)), high),
                             c.accent);
        }
        painter.setPen(QPen(c.muted, 1));
        painter.drawLine(QPointF(kSide, base + 0.5), QPointF(width() - kSide, base + 0.5));
        if (m_first >= 0) {
            const double x = kSide + (columnOf(m_first) + 0.5) * step;
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(c.text);
            painter.drawPolygon(
                QPolygonF({{x, base + 1}, {x - kMark + 1, height() - 0.5}, {x + kMark - 1, height() - 0.5}}));
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        if (m_current >= 0) {
            const double wide = std::max(step, 5.0), x = kSide + (columnOf(m_current) + 0.5) * step;
            painter.setPen(QPen(c.text, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(QRectF(x - wide / 2, 1, wide, base - 1));
        }
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(c.accent, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

QString TokenRibbon::asTable() const {
    QStringList lines(tr("token\ttext\tKL from the original, nats"));
    for (int i = 0; i < int(m_kl.size()); ++i) {
        lines << QStringLiteral("%1\t%2\t%3")
                     .arg(QString::number(i + 1), tokenWord(m_tokens[i]), QString::number(m_kl[std::size_t(i)], 'g', 10));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void TokenRibbon::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (!enter || !m_canAsk || m_current < 0) return ItemStrip::keyPressEvent(event);
    Q_EMIT asked(m_current);
}

/// Of one bar: where the second click meets another one, it chooses that.
void TokenRibbon::mouseDoubleClickEvent(QMouseEvent* event) {
    const int before = m_current;
    mousePressEvent(event);
    if (event->button() == Qt::LeftButton && m_canAsk && m_current >= 0 && m_current == before) Q_EMIT asked(m_current);
}

void TokenRibbon::contextMenuEvent(QContextMenuEvent* event) {
    if (m_kl.empty()) return;
    if (event->reason() == QContextMenuEvent::Mouse) choose(positionAt(event->pos().x()));
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* which = menu->addAction(tr("Which group?"), this, [this] { Q_EMIT asked(m_current); });
    which->setEnabled(m_canAsk && m_current >= 0);
    menu->addAction(tr("Copy as a table"), this, [this] { QGuiApplication::clipboard()->setText(asTable()); });
    menu->popup(event->globalPos());
}

}  // namespace lorashear::ui
