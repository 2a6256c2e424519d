#include "ui/pages/cause_panel.h"

#include "ui/controller/studio.h"
#include "ui/pages/cause_table.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lorashear::ui {

namespace {

QString questionWords(const Explanation& asked) {
    return CausePanel::tr("%1, token %2 “%3”: which removed group changed it?")
        .arg(asked.column, QString::number(asked.token + 1), tokenWord(asked.text));
}

/// What the two ends say: nothing masked and everything.
QString wholeWords(const Explanation& answer) {
    if (!answer.failure.isEmpty()) {
        const QString words = CausePanel::tr("It could not be measured: %1.").arg(answer.failure);
        return answer.hint.isEmpty() ? words : words + QLatin1Char('\n') + answer.hint;
    }
    if (!answer.original || !answer.removed)
        return answer.outcome ? CausePanel::tr("Cancelled before anything was measured.")
                              : CausePanel::tr("Masking what the run removed and measuring…");
    return CausePanel::tr(
               "The original says “%1” here (%2). With all that the run removed masked it says “%3”, and “%1” has "
               "%4: %5 nats of KL to explain.")
        .arg(tokenWord(QString::fromStdString(answer.original->likeliest)),
             formatPercent(std::exp(answer.original->logProbability)),
             tokenWord(QString::fromStdString(answer.removed->likeliest)),
             formatPercent(std::exp(answer.removed->logProbability)), formatNumber(answer.removed->kl, 3));
}

/// How much of the answer there is: "" where it is whole.
QString extentWords(const Explanation& answer) {
    const qint64 count = qint64(answer.parts.size());
    if (!answer.outcome) return count > 0 ? CausePanel::tr("Measured so far: %1.").arg(formatInteger(count)) : QString();
    if (!answer.cancelled()) return {};
    return count == 0   ? CausePanel::tr("Cancelled.")
           : count == 1 ? CausePanel::tr("Cancelled: only this one was measured.")
                        : CausePanel::tr("Cancelled: only these %1 were measured.").arg(formatInteger(count));
}

QString protocolWords(const Explanation& answer) {
    if (!answer.removed) return {};
    const qint64 before = qint64(answer.asked.ids.size());
    QStringList words;
    if (const QString extent = extentWords(answer); !extent.isEmpty()) words << extent;
    words
        << CausePanel::tr(
               "Protocol: the original, in fp32, reads the %1 %2 before this one; one part at a time is put back, then the single "
               "groups of the one that explains most. No training and no weights of the run: what its training changed is not in it.")
               .arg(formatInteger(before), countWord(CausePanel::tr("tokens"), before));
    words << answer.notes;  // sentences of their own
    return words.join(QLatin1Char(' '));
}

}  // namespace

CausePanel::CausePanel(Studio& studio, QWidget* parent) : QWidget(parent), m_studio(studio), m_rows(new CauseTable(this)) {
    auto* outside = new QVBoxLayout(this);
    outside->setContentsMargins(0, 6, 0, 0);
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    outside->addWidget(card);
    m_question = makeHeading({}, card);
    m_question->setObjectName(QStringLiteral("causeQuestion"));
    m_question->setWordWrap(true);
    column->addWidget(m_question);
    m_whole = new QLabel(card);
    m_whole->setObjectName(QStringLiteral("causeWhole"));
    m_whole->setAccessibleName(tr("What is to be explained"));
    m_whole->setWordWrap(true);
    m_whole->setTextFormat(Qt::PlainText);  // a token may be "<s>"
    column->addWidget(m_whole);
    m_table = makeTable(QStringLiteral("causeTable"), tr("Removed groups, those that explain most first"), m_rows, card);
    column->addWidget(m_table, 1);
    m_protocol = makeMuted({}, card);
    m_protocol->setObjectName(QStringLiteral("causeProtocol"));
    column->addWidget(m_protocol);
    connect(&m_studio.sideBySide(), &SideBySide::explanationChanged, this, &CausePanel::fill);
    connect(&m_studio.session(), &Session::runChanged, this, &CausePanel::fill);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        if (!m_filling && now.isValid() && m_table->hasFocus() && m_rows->row(now.row()).nodeGroup >= 0)
            m_studio.session().select({{}, -1, m_rows->row(now.row()).nodeGroup});
    });
}

void CausePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fill();
}

void CausePanel::takeKeyboard() {
    m_table->setFocus(Qt::OtherFocusReason);
}

void CausePanel::setOriginal(const ComparedModel& original) {
    m_original = original;
    fill();
}

/// The part that was chosen stays chosen, wherever the next one puts it.
void CausePanel::setRows(std::vector<CauseRow> rows) {
    const QModelIndex current = m_table->currentIndex();
    const bool chosen = current.isValid() && current.row() < m_rows->rowCount();
    const event::TokenCause part = chosen ? m_rows->row(current.row()).part : event::TokenCause{};
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const CauseRow& row) { return chosen && isSamePart(row.part, part); });
    const int row = at == rows.end() ? -1 : int(at - rows.begin());
    m_filling = true;
    m_rows->setRows(std::move(rows));
    if (row >= 0)
        m_table->setCurrentIndex(m_rows->index(row, current.column()));
    else if (chosen)
        m_table->selectionModel()->clear();
    m_filling = false;
}

void CausePanel::fill() {
    if (!isVisible()) return;
    const Session& session = m_studio.session();
    const Explanation* answer = m_studio.sideBySide().explanation(session.run().folder, m_original);
    setRows(answer ? causeRows(*answer, session.structure().get()) : std::vector<CauseRow>());
    m_question->setText(answer ? questionWords(*answer) : tr("Which removed group changed a token?"));
    m_whole->setText(answer ? wholeWords(*answer)
                            : tr("Let the models write on the first tab, choose a token in the bars below a text, and press "
                                 "Which group? or Return."));
    m_protocol->setText(answer ? protocolWords(*answer) : QString());
    m_table->setVisible(answer);
    m_protocol->setVisible(!m_protocol->text().isEmpty());
}

}  // namespace lorashear::ui
