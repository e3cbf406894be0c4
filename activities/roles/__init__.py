"""The roles members play (作用发挥): double cultivation, model posts, volunteering, honours; and
how their secretaries are judged (述职评议).
"""
