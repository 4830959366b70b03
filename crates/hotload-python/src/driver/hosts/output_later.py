# What was printed to hotload goes in front of each message.

send_plain_message = send_message


def send_message(channel, message):
    if PRINTED:
        text = ''.join([text_of(part) for part in PRINTED])
        del PRINTED[:]
        send_plain_message(channel, {'reply': 'printed', 'text': text})
    send_plain_message(channel, message)
